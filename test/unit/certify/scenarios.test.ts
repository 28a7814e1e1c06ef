import { describe, expect, test } from 'vitest';
import { countScenarios, scenariosOf, sizesUpTo } from '../../../src/certify/scenarios.ts';
import { spread } from '../../../src/certify/search.ts';
import { canonicalText } from '../../../src/core/plain.ts';
import type { Scenario } from '../../../src/core/scenario.ts';

const calls = ['a', 'b', 'c'].map((operation) => ({ operation, args: [] }));
const rows = [{}, { t: [{ id: 1 }] }];

/** Scenarios that differ only in which session makes which calls have the same text. */
function symmetric({ rows, sessions }: Scenario): string {
  return canonicalText([rows, sessions.map(canonicalText).toSorted()]);
}

/** Every assignment of calls to sessions, by counting through all digits: no cleverness. */
function bruteForce(sessions: number, operations: number): Set<string> {
  const lists: (typeof calls)[] = [];
  const grow = (list: typeof calls): void => {
    if (list.length > 0) lists.push(list);
    if (list.length < operations) for (const call of calls) grow([...list, call]);
  };
  grow([]);
  const found = new Set<string>();
  for (let number = 0; number < lists.length ** sessions; number += 1) {
    const chosen = Array.from(
      { length: sessions },
      (_, digit) => lists[Math.floor(number / lists.length ** digit) % lists.length] ?? [],
    );
    if (Math.max(...chosen.map((list) => list.length)) < operations) continue;
    for (const start of rows) found.add(symmetric({ rows: start, sessions: chosen }));
  }
  return found;
}

describe('scenarios of a size', () => {
  test.each([
    [2, 1, 12],
    [3, 1, 20],
    [2, 2, 144],
    [3, 2, 708],
  ])('%i sessions of %i operations: every one, once', (sessions, operations, scenarios) => {
    const all = [...scenariosOf({ sessions, operations }, calls, rows)];
    const texts = new Set(all.map(symmetric));
    expect(all).toHaveLength(scenarios);
    expect(texts).toEqual(bruteForce(sessions, operations));
    expect(texts.size).toBe(all.length);
    expect(countScenarios({ sessions, operations }, calls.length, rows.length)).toBe(scenarios);
  });
});

test('sizes begin with two sessions and with the fewest operations in all', () => {
  expect(sizesUpTo({ sessions: 3, operations: 2 })).toEqual([
    { sessions: 2, operations: 1 },
    { sessions: 3, operations: 1 },
    { sessions: 2, operations: 2 },
    { sessions: 3, operations: 2 },
  ]);
});

test('spread out: every item once, and each tenth of the order has some of every tenth of the list', () => {
  for (let length = 0; length < 200; length += 1) {
    const items = Array.from({ length }, (_, index) => index);
    expect(spread(items).toSorted((a, b) => a - b)).toEqual(items);
  }
  const first = spread(Array.from({ length: 1000 }, (_, index) => index)).slice(0, 100);
  const tenths = new Set(first.map((item) => Math.floor(item / 100)));
  expect(tenths.size).toBe(10);
});
