import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Counterexample } from '../../../src/core/result.ts';
import { formatCounterexample } from '../../../src/report/story.ts';
import { call, done, error, lostUpdate, rows, HistoryBuilder } from './build.ts';
import { stories } from './stories.ts';

const tooWide = (text: string, width: number): readonly string[] =>
  text.split('\n').filter((line) => !line.startsWith('replay') && stringWidth(line) > width);
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe.each(Object.entries(stories))('%s', (name, counterexample) => {
  test('reads as agreed', async () => {
    const text = formatCounterexample(counterexample, { modelPath: 'models/bank-account.ts' });
    await expect(`${text}\n`).toMatchFileSnapshot(`./__golden__/${name}.txt`);
  });

  test.each([60, 78, 100, 140])('keeps to %i columns', (width) => {
    expect(tooWide(formatCounterexample(counterexample, { width }), width)).toEqual([]);
  });

  test('is on one screen: 32 lines at most', () => {
    const text = formatCounterexample(counterexample, { modelPath: 'models/bank-account.ts' });
    const lines = text.split('\n').filter((line) => !line.startsWith('replay'));
    expect(lines.length).toBeLessThan(32);
  });

  test('has no trailing blanks and no control characters', () => {
    const text = formatCounterexample(counterexample);
    expect(text).not.toMatch(/ $/m);
    expect(text).not.toMatch(control);
  });

  test('colour changes nothing else', () => {
    const colored = formatCounterexample(counterexample, { color: true });
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored)).toBe(formatCounterexample(counterexample));
  });
});

test('names the model where its file is not known, and quotes what a shell would read', () => {
  const last = (text: string): string | undefined => text.split('\n').at(-1);
  const replayOf = (replay: string, modelPath?: string): string | undefined =>
    last(formatCounterexample({ ...lostUpdate, replay }, { modelPath, width: 20 }));
  expect(replayOf('v1:abc')).toBe('replay     lockstep replay bank-account/read-then-write v1:abc');
  expect(replayOf('v1:1;2>1', 'my models/a.ts')).toBe(
    'replay     lockstep replay "my models/a.ts" "v1:1;2>1"',
  );
  expect(replayOf(`v1:$(a)'b`)).toBe(
    `replay     lockstep replay bank-account/read-then-write 'v1:$(a)'\\''b'`,
  );
  expect(replayOf(`v1:${'a'.repeat(200)}`)).toContain('a'.repeat(200));
});

test('whatever the texts, the columns stay aligned and within the width', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom('漢字 かな', '👩‍👩‍👧', '\u001b[31m', 'a\tb\nc', '\ud800', "select '"),
  );
  const story = fc.record({
    sql: fc.array(text, { minLength: 1, maxLength: 4 }),
    value: fc.oneof(text, fc.anything()),
    reply: fc.oneof(
      text.map((cell) => rows(['a'], [cell])),
      text.map((m) => error('23505', m)),
      fc.constant(undefined),
    ),
    operation: text,
    width: fc.integer({ min: 60, max: 160 }),
  });
  fc.assert(
    fc.property(story, ({ sql, value, reply, operation, width }) => {
      const built = new HistoryBuilder().begin(1).begin(2);
      for (const statement of sql)
        built.step(1, statement, [value], reply).step(2, 'MARK', [], done('COMMIT'));
      const counterexample: Counterexample = {
        ...lostUpdate,
        scenario: { rows: {}, sessions: [[call(operation, value)], [call('other')]] },
        history: built.history,
      };
      const printed = formatCounterexample(counterexample, { width });
      expect(tooWide(printed, width)).toEqual([]);
      expect(printed).not.toMatch(control);
      const marks = printed.split('\n').filter((line) => /^ +\d+ .*MARK$/.test(line));
      expect(marks).toHaveLength(sql.length);
      expect(new Set(marks.map((line) => stringWidth(line))).size).toBe(1);
    }),
  );
});
