import { expect, test } from 'vitest';
import { formatGithub } from '../../../src/report/github.ts';
import { holds } from './build.ts';
import { everyKind, modelPathOf } from './every-kind.ts';
import { hostile } from './hostile.ts';

test('every kind of result reads as agreed', async () => {
  await expect(formatGithub(everyKind, { modelPathOf })).toMatchFileSnapshot(
    './__golden__/every-kind.github.txt',
  );
});

test('what holds says nothing', () => {
  expect(formatGithub([holds])).toBe('');
});

test('one command for each result, whatever the texts hold', () => {
  const lines = formatGithub(hostile).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines).toHaveLength(hostile.length);
  const [error = '', warning = ''] = lines;
  // As the runner reads it: properties up to the first `::`, split at commas, then unescaped.
  const [, properties = '', message = ''] = /^::error (.*?)::(.*)$/.exec(error) ?? [];
  const given = properties.split(',').map((each) => each.split('='));
  expect(given.map(([key]) => key)).toEqual(['file', 'line', 'title']);
  const unescaped = (text: string): string =>
    text.replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%0A', '\n').replaceAll('%25', '%');
  expect(unescaped(properties.split(',')[0] ?? '')).toContain('file=src/a b,c:</script><img');
  expect(message).toContain('%250A%2525');
  expect(warning).toMatch(/^::warning title=no verdict::/);
});

test('the place is the late statement of the racing pair; a commit only where there is nothing else', () => {
  const result = everyKind.find(({ verdict }) => verdict === 'violated');
  const found = result?.counterexample;
  if (result?.verdict !== 'violated' || found?.explanation === undefined)
    throw new Error('the first race is explained');
  const at = (change: object): string =>
    /^::error (file=.*?),title/.exec(
      formatGithub([{ ...result, counterexample: { ...found, ...change } }]),
    )?.[1] ?? '';
  expect(at({})).toBe(`file=test/fixtures/races.ts,line=${found.locations?.[0]?.line}`);
  const locations = [0, 1, 2, 3, 4, 5].map((step) => ({ step, file: 'a.ts', line: 10 + step }));
  expect(at({ locations })).toBe('file=a.ts,line=10');
  expect(at({ locations, explanation: undefined })).toBe('file=a.ts,line=14');
  expect(at({ locations: locations.slice(5), explanation: undefined })).toBe('file=a.ts,line=15');
  const racingPair = { first: { session: 0, step: 2 }, second: { session: 0, step: 3 } };
  expect(at({ locations, explanation: { ...found.explanation, racingPair } })).toBe('file=a.ts,line=12');
});
