/** A result's verdict follows from what was found, and a check's time from its signal and its budget. */
import { describe, expect, test } from 'vitest';
import { TimeBudget } from '../../../src/check/budget.ts';
import { checkResult, type Findings } from '../../../src/check/check-result.ts';
import type { Counterexample, Inconclusive } from '../../../src/core/result.ts';

const found = { setting: {}, coverage: {}, seed: 1, remarks: [], durationMs: 5 } as unknown as Findings;
const counterexample = { replay: 'v1:' } as Counterexample;
const inconclusive: Inconclusive = { kind: 'vacuous', detail: 'no schedule was run' };

test.each<[verdict: string, more: Partial<Findings>]>([
  ['holds', {}],
  ['violated', { counterexample }],
  ['inconclusive', { inconclusive }],
  // What was found is not taken back.
  ['violated', { counterexample, inconclusive }],
])('%s', (verdict, more) => {
  expect(checkResult({ ...found, ...more })).toEqual({ verdict, ...found, ...more });
});

test('nobody looked for warnings: then there is no list of them', () => {
  expect(checkResult(found)).not.toHaveProperty('warnings');
  expect(checkResult({ ...found, warnings: [] })).toHaveProperty('warnings', []);
});

describe('the time of a check', () => {
  test('without a limit it does not end', () => {
    const { over, stopped } = new TimeBudget({});
    expect([over, stopped]).toEqual([false, undefined]);
  });

  test('it ends after its milliseconds', async () => {
    const time = new TimeBudget({ timeBudgetMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([time.aborted, time.expired, time.over, time.stopped]).toEqual([
      false,
      true,
      true,
      'the time ended',
    ]);
  });

  test('it ends with its signal, which is said first', () => {
    const control = new AbortController();
    const time = new TimeBudget({ signal: control.signal, timeBudgetMs: 0 });
    control.abort();
    expect([time.aborted, time.over, time.stopped]).toEqual([true, true, 'it was interrupted']);
  });
});
