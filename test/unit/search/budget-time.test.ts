/** A check's time follows from its signal and its budget. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TimeBudget } from '../../../src/search/budget.ts';

afterEach(() => vi.restoreAllMocks());

describe('the time of a check', () => {
  test('without a limit it does not end', () => {
    const { over, stopped } = new TimeBudget({});
    expect([over, stopped]).toEqual([false, undefined]);
  });

  test('it ends after its milliseconds', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
    const time = new TimeBudget({ timeBudgetMs: 50 });
    now.mockReturnValue(1_050);
    expect([time.expired, time.spentMs]).toEqual([false, 50]);
    now.mockReturnValue(1_051);
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
