/** The verdict of a result follows from what was found. */
import { expect, test } from 'vitest';
import { checkResult, nothingCovered } from '../../../src/core/check-result.ts';
import { lostUpdate } from '../report/build.ts';

const found = { setting: lostUpdate.setting, coverage: nothingCovered, seed: 1 };
const inconclusive = { kind: 'vacuous', detail: 'nothing overlapped' } as const;

test('a counterexample is a violation, also beside a reason for no verdict', () => {
  expect(checkResult({ ...found, counterexample: lostUpdate }).verdict).toBe('violated');
  expect(checkResult({ ...found, counterexample: lostUpdate, inconclusive }).verdict).toBe('violated');
});

test('a reason for no verdict is no pass', () => {
  expect(checkResult({ ...found, inconclusive }).verdict).toBe('inconclusive');
  expect(checkResult(found).verdict).toBe('holds');
});

test('what was not found has its empty value, and no key is missing but options and warnings', () => {
  expect(Object.entries(checkResult(found))).toEqual([
    ['verdict', 'holds'],
    ['setting', lostUpdate.setting],
    ['coverage', nothingCovered],
    ['seed', 1],
    ['path', undefined],
    ['counterexample', undefined],
    ['inconclusive', undefined],
    ['witness', undefined],
    ['remarks', []],
    ['durationMs', 0],
  ]);
  const options = { kind: 'certify', sessions: 2, operations: 1, values: 2, limits: {} } as const;
  expect(checkResult({ ...found, options, warnings: [] })).toMatchObject({ options, warnings: [] });
});
