import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { formatJunit } from '../../../src/report/junit.ts';
import { everyKind, modelPathOf, startedAt } from './every-kind.ts';
import { hostile } from './hostile.ts';

const schema = readFileSync(new URL('../../fixtures/jenkins-junit.xsd', import.meta.url), 'utf8');

async function errorsOf(contents: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: { fileName: 'junit.xml', contents },
    schema: { fileName: 'junit.xsd', contents: schema },
  });
  return errors.map(({ message }) => message);
}

test('every kind of result reads as agreed', async () => {
  const text = formatJunit(everyKind, { modelPathOf, startedAt });
  await expect(text).toMatchFileSnapshot('./__golden__/every-kind.junit.txt');
});

test.each([
  ['every kind', everyKind],
  ['hostile texts', hostile],
  ['nothing', []],
] as const)("%s: is valid by Jenkins's schema", async (_, results) => {
  expect(await errorsOf(formatJunit(results, { startedAt }))).toEqual([]);
});

test('the schema refuses what is not so', async () => {
  expect(await errorsOf('<testsuites><testsuite tests="1"/></testsuites>')).not.toEqual([]);
  expect(await errorsOf(formatJunit(everyKind).replaceAll('testcase', 'case'))).not.toEqual([]);
});

test('a case for each result, counted', () => {
  const text = formatJunit(everyKind);
  expect(text.split('<testcase ').length - 1).toBe(everyKind.length);
  const of = (verdict: string): number => everyKind.filter((result) => result.verdict === verdict).length;
  expect(text).toContain(
    `<testsuites name="pg-lockstep" tests="${everyKind.length}" failures="${of('violated')}" errors="${of('inconclusive')}"`,
  );
});
