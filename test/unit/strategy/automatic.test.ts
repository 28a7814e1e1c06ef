import { expect, test } from 'vitest';
import { Automatic } from '../../../src/strategy/automatic.ts';
import { unblocked, walkAll } from '../../support/step-machine.ts';

const orders = (strategy: Automatic, steps: readonly number[], limit: number): string[] =>
  walkAll(strategy, unblocked(steps), limit).map(({ order }) => order.join(''));

test('a small space is run completely, each schedule once, and then it ends', () => {
  const found = orders(new Automatic({ seed: 'a', sessions: 2, maxSchedules: 20 }), [3, 3], 1_000);
  expect(found.length).toBe(20);
  expect(new Set(found).size).toBe(20);
});

test('one schedule more than the budget, and it samples: half by preemptions, half at random', () => {
  const strategy = new Automatic({ seed: 'a', sessions: 2, maxSchedules: 19 });
  const walks = walkAll(strategy, unblocked([3, 3]), 19);
  expect(walks.length).toBe(19);
  expect(strategy.systematic.runs.reduce((sum, runs) => sum + runs, 0)).toBe(9);
  expect(walks.slice(0, 6).map(({ preemptions }) => preemptions)).toEqual([0, 0, 1, 1, 1, 1]);
});

test('the sample depends on the seed, its systematic half does not', () => {
  const [one, two] = ['a', 'b'].map((seed) =>
    orders(new Automatic({ seed, sessions: 3, maxSchedules: 40 }), [5, 5, 5], 40),
  );
  expect(one?.slice(0, 20)).toEqual(two?.slice(0, 20));
  expect(one).not.toEqual(two);
});

test('the sample goes where few preemptions do not', () => {
  const walks = walkAll(new Automatic({ seed: 'a', sessions: 2, maxSchedules: 200 }), unblocked([8, 8]), 200);
  expect(Math.max(...walks.slice(0, 100).map(({ preemptions }) => preemptions))).toBeLessThanOrEqual(2);
  expect(Math.max(...walks.slice(100).map(({ preemptions }) => preemptions))).toBeGreaterThan(5);
});
