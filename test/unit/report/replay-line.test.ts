import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatReplayLine, parseReplayLine } from '../../../src/report/replay-line.ts';
import { isolationLevels } from '../../../src/core/isolation.ts';
import { Fault } from '../../../src/core/fault.ts';
import { faultOf } from '../../support/fault-of.ts';
import { contentOf, mutations, sealed } from '../../support/replay-lines.ts';

const values = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.constant(null),
  fc.constant(undefined),
);
const settings = fc.record(
  {
    model: fc.stringMatching(/^[a-z-]{1,20}(\/[a-z-]{1,20})?$/),
    driver: fc.constantFrom('postgres', 'pglite'),
    isolation: fc.constantFrom(...isolationLevels),
    order: fc.constantFrom('session' as const, 'real-time' as const, 'free' as const),
  },
  { noNullPrototype: true },
);
const scenarios = fc.record(
  {
    rows: fc.dictionary(
      fc.string({ maxLength: 5 }),
      fc.array(fc.dictionary(fc.string({ maxLength: 5 }), values, { noNullPrototype: true }), {
        maxLength: 2,
      }),
      { maxKeys: 2, noNullPrototype: true },
    ),
    sessions: fc.array(
      fc.array(
        fc.record(
          { operation: fc.string(), args: fc.array(values, { maxLength: 2 }) },
          { noNullPrototype: true },
        ),
        {
          maxLength: 2,
        },
      ),
      { maxLength: 3 },
    ),
  },
  { noNullPrototype: true },
);
const schedule = [
  { step: 3, session: 1 },
  { step: 6, session: 0 },
];
const setting = {
  model: 'bank/read',
  driver: 'postgres',
  isolation: 'read committed',
  order: 'session',
} as const;
const scenario = {
  rows: { t: [{ id: 1 }] },
  sessions: [[{ operation: 'deposit', args: [5] }], [{ operation: 'read', args: [] }]],
};
const line = formatReplayLine(setting, scenario, schedule);

test('what was formatted is parsed back', () => {
  fc.assert(
    fc.property(settings, scenarios, (where, what) => {
      const text = formatReplayLine(where, what, schedule);
      expect(text).toMatch(/^v1:[\w-]+\.[0-9a-f]{8}$/);
      expect(parseReplayLine(text)).toStrictEqual({ ...where, scenario: what, schedule });
    }),
  );
});

test('blanks around it do no harm', () => {
  expect(parseReplayLine(`  ${line}\n`).schedule).toEqual(schedule);
});

describe('a line that cannot be read', () => {
  const faults = async (text: string) => {
    const fault = await faultOf(() => parseReplayLine(text));
    expect(fault).toMatchObject({ code: 'bad-replay-line', kind: 'usage' });
    expect(fault.hint).toBeTruthy();
    return fault.detail;
  };

  test('was cut: wherever it is cut, it says so', async () => {
    for (let length = 3; length < line.length; length += 1) {
      expect(await faults(line.slice(0, length))).toMatch(/cut or changed/);
    }
  });

  test('was changed in any one place', async () => {
    for (let at = 3; at < line.length; at += 1) {
      const changed = line.slice(0, at) + (line[at] === 'a' ? 'b' : 'a') + line.slice(at + 1);
      expect(await faults(changed)).toMatch(/cut or changed|does not start/);
    }
  });

  test('is of another version', async () => {
    expect(await faults(line.replace('v1:', 'v2:'))).toBe('its version is v2, this release reads v1');
  });

  test.each(['', 'v1', 'hello', 'v1:abc def', `replay ${line}`])('is no line at all: %j', async (text) => {
    expect(await faults(text)).toMatch(/does not start with "v1:"|cut/);
  });
});

describe('a line that no release made', () => {
  const line = formatReplayLine(setting, scenario, schedule);

  test.each([
    ['content that is no JSON', sealed('v1'), /^its content is damaged: /],
    [
      'content cut in half',
      sealed(JSON.stringify(contentOf(line)).slice(0, 30)),
      /^its content is damaged: /,
    ],
    ['nesting without end', sealed('['.repeat(200_000) + ']'.repeat(200_000)), /^its content is damaged: /],
    [
      'nested rows',
      sealed(
        JSON.stringify(contentOf(line)).replace('[{"id":1}]', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      ),
      /^its content is damaged: it is too large$/,
    ],
    [
      'content of many megabytes',
      sealed(`"${'x'.repeat(50_000_000)}"`),
      /^its content is damaged: it is too large$/,
    ],
    [
      'a level that is none',
      sealed(JSON.stringify(contentOf(line).with(2, 7))),
      /it names no isolation level/,
    ],
    ['an order that is none', sealed(JSON.stringify(contentOf(line).with(3, 'any'))), /it names no order/],
    ['a payload that is not compressed', 'v1:abcd.88d4266f', /^its content is damaged: /],
  ])('%s', async (_, text, detail) => {
    const fault = await faultOf(() => parseReplayLine(text));
    expect(fault).toMatchObject({ code: 'bad-replay-line', kind: 'usage' });
    expect(fault.detail).toMatch(detail);
    expect(fault.hint).toBeDefined();
  });

  test('any part replaced by anything: it is read, or refused', () => {
    const content = contentOf(line);
    let refused = 0;
    let read = 0;
    for (const mutated of mutations(content)) {
      try {
        const { scenario: found, schedule: steps } = parseReplayLine(sealed(JSON.stringify(mutated ?? null)));
        expect(found.sessions.every((calls) => calls.every(({ args }) => Array.isArray(args)))).toBe(true);
        expect(steps.every(({ step, session }) => Number.isSafeInteger(step + session))).toBe(true);
        read += 1;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'bad-replay-line') throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(200);
    expect(read).toBeGreaterThan(20);
  });

  test('every flipped bit of a real line is noticed', async () => {
    for (let at = 0; at < line.length; at += 1) {
      const flipped = line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ 1) + line.slice(at + 1);
      expect((await faultOf(() => parseReplayLine(flipped))).code).toBe('bad-replay-line');
      expect((await faultOf(() => parseReplayLine(line.slice(0, at)))).code).toBe('bad-replay-line');
    }
  });
});
