import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Draft4 from 'ajv-draft-04';
import type { Log } from 'sarif';
import { expect, test } from 'vitest';
import { toSarif } from '../../../src/report/sarif.ts';
import { everyKind, modelPathOf, story, violated } from './every-kind.ts';
import { attacks, hostile } from './hostile.ts';
import { lostUpdate } from './build.ts';

const version = '0.1.0';
const main = createRequire(import.meta.url).resolve('@microsoft/jest-sarif');
const schema = readFileSync(join(dirname(main), 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8');
const options = { strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true };
const validate = new Draft4.default(options).compile(JSON.parse(schema) as object);

test('every kind of result reads as agreed', async () => {
  const text = `${JSON.stringify(toSarif(everyKind, { version, modelPathOf }), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('./__golden__/every-kind.sarif.txt');
});

test.each([
  ['every kind', everyKind],
  ['hostile texts', hostile],
  ['nothing', []],
] as const)('%s: is valid by the schema', (_, results) => {
  validate(JSON.parse(JSON.stringify(toSarif(results, { version, modelPathOf }))));
  expect(validate.errors ?? []).toEqual([]);
});

test('the schema refuses what is not so', () => {
  const log = toSarif(everyKind, { version }) as Log;
  expect(validate({ ...log, version: '2.0.0' })).toBe(false);
  expect(validate({ ...log, runs: [{ ...log.runs[0], results: [{ ruleId: 'a' }] }] })).toBe(false);
});

test('places are addresses, and the flow goes through the statements in their order', () => {
  const [result] = (toSarif(hostile, { version }) as Log).runs[0]?.results ?? [];
  const uri = result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '';
  expect(uri).toMatch(/^src\/a%20b%2Cc%3A%3C/);
  expect(decodeURIComponent(uri)).toBe(`src/a b,c:${attacks[0]}.ts`);
  expect(result?.message.text).not.toContain('](');

  const [explained] = (toSarif(everyKind, { version }) as Log).runs[0]?.results ?? [];
  const steps = explained?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
  expect(steps.map(({ location }) => location?.physicalLocation?.region?.startLine)).toEqual(
    story('lost-update').locations?.map(({ line }) => line),
  );
  expect(steps.map(({ location }) => location?.message?.text?.slice(0, 8))).toEqual([
    '1 s2: se',
    '2 s1: se',
    '3 s1: up',
    '4 s1: co',
    '5 s2: up',
    '6 s2: co',
  ]);
});

test('without any place there is no location; an absolute path is an address of a file', () => {
  const locationsOf = (file: string | undefined): unknown =>
    (toSarif([violated(lostUpdate)], { version, modelPathOf: () => file }) as Log).runs[0]?.results?.[0]
      ?.locations;
  expect(locationsOf(undefined)).toBeUndefined();
  expect(locationsOf('/home/me/a b.ts')).toEqual([
    { physicalLocation: { artifactLocation: { uri: 'file:///home/me/a%20b.ts' } } },
  ]);
});

test('the same race has the same fingerprint, another one another', () => {
  const prints = [lostUpdate, { ...lostUpdate, promise: 'x' }, { ...lostUpdate, replay: 'v1:other' }].map(
    (each) =>
      (toSarif([violated(each)], { version }) as Log).runs[0]?.results?.[0]?.partialFingerprints?.[
        'replay/v1'
      ],
  );
  expect(prints[0]).toBe(prints[1]);
  expect(prints[0]).not.toBe(prints[2]);
});
