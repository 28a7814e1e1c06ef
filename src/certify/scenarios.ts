/**
 * Every scenario of a size. Sessions are interchangeable: what one does under a schedule, another does under the same
 * schedule with the two swapped. So a scenario is a multiset of call lists, and is enumerated once.
 */
import type { ScenarioSize } from '../core/certify-limits.ts';
import type { Call, Rows } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';

/** Sizes up to the largest, in the order of their operations in all; of two equal ones, that with more sessions first. */
export function sizesUpTo({ sessions, operations }: ScenarioSize): readonly ScenarioSize[] {
  const sizes: ScenarioSize[] = [];
  // A session alone is its own serial order: there is nothing to race with.
  for (let s = 2; s <= sessions; s += 1)
    for (let o = 1; o <= operations; o += 1) sizes.push({ sessions: s, operations: o });
  return sizes.toSorted(
    (a, b) => a.sessions * a.operations - b.sessions * b.operations || a.operations - b.operations,
  );
}

/** Whether every scenario of `small` is part of one of `large`. */
export function within(small: ScenarioSize, large: ScenarioSize): boolean {
  return small.sessions <= large.sessions && small.operations <= large.operations;
}

/** How many scenarios have this size. */
export function countScenarios({ sessions, operations }: ScenarioSize, calls: number, rows: number): number {
  const lists = (longest: number): number => {
    let sum = 0;
    for (let length = 1; length <= longest; length += 1) sum += calls ** length;
    return sum;
  };
  return rows * (multisets(lists(operations), sessions) - multisets(lists(operations - 1), sessions));
}

export function* scenariosOf(
  { sessions, operations }: ScenarioSize,
  calls: readonly Call[],
  rows: readonly Rows[],
): Generator<Scenario> {
  const lists = Array.from({ length: operations }, (_, index) => sequences(calls, index + 1)).flat();
  for (const start of rows) {
    for (const chosen of multisetsOf(lists, sessions, 0)) {
      if (chosen.some((list) => list.length === operations)) yield { rows: start, sessions: chosen };
    }
  }
}

function sequences(calls: readonly Call[], length: number): readonly (readonly Call[])[] {
  if (length === 0) return [[]];
  return sequences(calls, length - 1).flatMap((begun) => calls.map((call) => [...begun, call]));
}

function* multisetsOf<T>(items: readonly T[], size: number, from: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index < items.length; index += 1) {
    const item = items[index] as T;
    for (const rest of multisetsOf(items, size - 1, index)) yield [item, ...rest];
  }
}

/** Multisets of `size` out of `items`: a binomial coefficient. */
function multisets(items: number, size: number): number {
  let count = 1;
  for (let each = 1; each <= size; each += 1) count = (count * (items + each - 1)) / each;
  return Math.round(count);
}
