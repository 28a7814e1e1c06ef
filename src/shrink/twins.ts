/**
 * Calls and rows that differ are kept apart while a scenario gets smaller. If both of two deposits are `deposit(1)`, a
 * failure cannot show which of them was lost; with `deposit(1)` and `deposit(2)` it can. So a scenario that makes two
 * calls of one operation, or two rows of one table, equal is not a smaller one.
 */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';

/** Whether two calls or two starting rows that differ in `larger` are equal in `smaller`. */
export function makesTwins(larger: Scenario, smaller: Scenario): boolean {
  return twinCalls(smaller) > twinCalls(larger) || twinRows(smaller) > twinRows(larger);
}

/** Pairs of equal calls; calls without arguments cannot differ. */
function twinCalls({ sessions }: Scenario): number {
  return equalPairs(sessions.flat().filter(({ args }) => args.length > 0));
}

/** Pairs of equal rows, over all tables. */
function twinRows({ rows }: Scenario): number {
  return Object.values(rows).reduce((sum, list) => sum + equalPairs(list), 0);
}

function equalPairs(values: readonly unknown[]): number {
  const counts = new Map<string, number>();
  let pairs = 0;
  for (const value of values) {
    const text = canonicalText(value);
    const before = counts.get(text) ?? 0;
    pairs += before;
    counts.set(text, before + 1);
  }
  return pairs;
}
