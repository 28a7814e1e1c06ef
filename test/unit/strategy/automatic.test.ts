import { expect, test } from 'vitest';
import { Automatic } from '../../../src/strategy/automatic.ts';
import { unblocked, walkAll } from '../../support/step-machine.ts';

const orders = (strategy: Automatic, steps: readonly number[], limit: number): string[] =>
  walkAll(strategy, unblocked(steps), limit).map(({ order }) => order.join(''));

test('a small space is run completely, each schedule once, and then it ends', () => {
  const found = orders(
    new Automatic({ seed: 'a', sessions: 2, maxSchedules: 20, observed: false }),
    [3, 3],
    1_000,
  );
  expect(found.length).toBe(20);
  expect(new Set(found).size).toBe(20);
});

test('one schedule more than the budget, and it samples: half by preemptions, half at random', () => {
  const strategy = new Automatic({ seed: 'a', sessions: 2, maxSchedules: 19, observed: false });
  const walks = walkAll(strategy, unblocked([3, 3]), 19);
  expect(walks.length).toBe(19);
  expect(new Set(walks.slice(0, 9).map(({ order }) => order.join(''))).size).toBe(9);
  expect(strategy.exhausted).toBe(false);
  expect(walks.slice(0, 9).map(({ preemptions }) => preemptions)).toEqual([0, 0, 1, 1, 1, 1, 2, 2, 2]);
});

test('each seed has its own order, with the same numbers of preemptions in the systematic half', () => {
  const walk = (seed: string) =>
    walkAll(
      new Automatic({ seed, sessions: 3, maxSchedules: 40, observed: false }),
      unblocked([5, 5, 5]),
      40,
    );
  const order = (walks: ReturnType<typeof walk>): string[] => walks.map((one) => one.order.join(''));
  const preemptions = (walks: ReturnType<typeof walk>): number[] =>
    walks.slice(0, 20).map((one) => one.preemptions);
  expect(order(walk('a'))).toEqual(order(walk('a')));
  expect(order(walk('a'))).not.toEqual(order(walk('b')));
  expect(preemptions(walk('a'))).toEqual(preemptions(walk('b')));
});

test('the sample goes where few preemptions do not', () => {
  const walks = walkAll(
    new Automatic({ seed: 'a', sessions: 2, maxSchedules: 200, observed: false }),
    unblocked([8, 8]),
    200,
  );
  expect(Math.max(...walks.slice(0, 100).map(({ preemptions }) => preemptions))).toBeLessThanOrEqual(2);
  expect(Math.max(...walks.slice(100).map(({ preemptions }) => preemptions))).toBeGreaterThan(5);
});

// The first of 2 steps among 22 comes at place 7.7 on average if all interleavings are equally likely, and at place 2 if
// each step is a toss of a coin. Of 50, the mean has a standard deviation of 0.7.
test('its random half treats sessions of different lengths alike', () => {
  const strategy = new Automatic({ seed: 'a', sessions: 2, maxSchedules: 200, observed: false });
  const walks = walkAll(strategy, unblocked([2, 20]), 200);
  const places = walks
    .slice(100)
    .flatMap(({ order }, number) => (number % 2 === 0 ? order.indexOf(0) + 1 : []));
  expect(places).toHaveLength(50);
  expect(places.reduce((sum, place) => sum + place, 0) / 50).toBeGreaterThan(5);
});
