/**
 * Every interleaving equally often, held to the chi-square statistic of 500 walks an interleaving. For each case the
 * limit is one that a uniform sample exceeds with the probability stated there; the seeds are fixed, so that chance is
 * taken only when the generator of random numbers changes.
 */
import { describe, expect, test } from 'vitest';
import type { Strategy } from '../../../src/strategy/contract.ts';
import { interleavings } from '../../../src/strategy/interleavings.ts';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';
import { Urw } from '../../../src/strategy/urw.ts';
import { unblocked, walk, walkAll } from '../../support/step-machine.ts';

/** How far the interleavings that a strategy chooses are from all equally often. */
function chiSquare(strategy: Strategy, steps: readonly number[]): number {
  const cells = interleavings(steps);
  const expected = 500;
  const counts = new Map<string, number>();
  for (const { order } of walkAll(strategy, unblocked(steps), cells * expected)) {
    const key = order.join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const missing = cells - counts.size;
  return [...counts.values()].reduce(
    (sum, count) => sum + (count - expected) ** 2 / expected,
    missing * expected,
  );
}

describe.each([
  { steps: [3, 3], limit: 60, falseAlarm: '4e-6' },
  { steps: [1, 6], limit: 36, falseAlarm: '3e-6' },
  { steps: [2, 1, 2], limit: 75, falseAlarm: '7e-6' },
])('$steps', ({ steps, limit, falseAlarm }) => {
  test(`every interleaving comes equally often (false alarm: ${falseAlarm})`, () => {
    expect(chiSquare(new Urw({ seed: 'a', steps }), steps)).toBeLessThan(limit);
  });

  test('also when the steps were expected to be others: one execution shows how many there are', () => {
    const expected = steps.map((_, session) => 1 + 5 * session);
    expect(chiSquare(new Urw({ seed: 'b', steps: expected }), steps)).toBeLessThan(limit);
  });

  test('a walk that chooses uniformly at each step is far from it', () => {
    expect(chiSquare(new RandomWalk('a'), steps)).toBeGreaterThan(10 * limit);
  });
});

test('the steps to expect are the mean of those that were taken', () => {
  const strategy = new Urw({ seed: 'c', steps: [1, 1] });
  let first = 0;
  for (let execution = 0; execution < 4_000; execution += 1) {
    strategy.begin();
    const steps = execution % 2 === 0 ? [1, 1] : [9, 1];
    if (walk(strategy, unblocked(steps)).order[0] === 1) first += 1;
  }
  // s1 is expected to take 5, so s2 goes first in 1 of 6: 667, with a standard deviation of 24; five of them are 118. If
  // the last execution alone counted, it would be 1,200: half of 1/2 and half of 1/10.
  expect(Math.abs(first - 667)).toBeLessThan(118);
});
