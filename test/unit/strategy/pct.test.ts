/**
 * The bound of the PCT paper, measured: a bug of depth d in n sessions of k steps in all is found by one execution
 * with probability at least p = 1/(n k^(d-1)). Each case runs 1,000 seeds and asks for at least half of 1000 p hits.
 * If the bound were met exactly, fewer would come by chance with the probability stated at the case (binomial tail);
 * and the seeds are fixed, so that chance is taken only when the generator of random numbers changes.
 */
import { describe, expect, test } from 'vitest';
import { Pct } from '../../../src/strategy/pct.ts';
import { unblocked, walk } from '../../support/step-machine.ts';

/** Where in the order session `s` takes its step number `n`, counted from 0. */
function at(order: readonly number[], s: number, n: number): number {
  return order.flatMap((session, index) => (session === s ? index : []))[n] ?? NaN;
}

const increasing = (...positions: number[]): boolean =>
  positions.every((position, index) => index === 0 || (positions[index - 1] ?? NaN) < position);

const cases = [
  {
    name: 'depth 1: s2 before s1',
    steps: [5, 5],
    depth: 1,
    failure: 'below 1e-60',
    bug: (order: readonly number[]) => increasing(at(order, 1, 4), at(order, 0, 0)),
  },
  {
    name: 'depth 2: s2 between two steps of s1',
    steps: [5, 5],
    depth: 2,
    failure: '5e-5',
    bug: (order: readonly number[]) => increasing(at(order, 0, 2), at(order, 1, 2), at(order, 0, 3)),
  },
  {
    name: 'depth 2 with a third session looking on',
    steps: [3, 3, 3],
    depth: 2,
    failure: '9e-4',
    bug: (order: readonly number[]) => increasing(at(order, 0, 1), at(order, 1, 1), at(order, 0, 2)),
  },
  {
    name: 'depth 3: each between two steps of the other',
    steps: [3, 3],
    depth: 3,
    failure: '0.03',
    bug: (order: readonly number[]) =>
      increasing(at(order, 0, 0), at(order, 1, 0), at(order, 0, 1), at(order, 1, 1)),
  },
];

describe.each(cases)('pct, $name', ({ steps, depth, bug, failure }) => {
  test(`is found as often as the paper says (false alarm: ${failure})`, () => {
    const k = steps.reduce((sum, own) => sum + own, 0);
    const bound = 1 / (steps.length * k ** (depth - 1));
    let hits = 0;
    for (let seed = 0; seed < 1_000; seed += 1) {
      const strategy = new Pct({ seed: `${seed}`, sessions: steps.length, steps: k, depth });
      strategy.begin();
      if (bug(walk(strategy, unblocked(steps)).order)) hits += 1;
    }
    expect(hits).toBeGreaterThanOrEqual((1_000 * bound) / 2);
  });
});

test('one strategy over many executions finds it as often, also when it learns the length as it goes', () => {
  const strategy = new Pct({ seed: 'long', sessions: 2, steps: 1, depth: 2 });
  const { steps, bug } = cases[1]!;
  let hits = 0;
  for (let run = 0; run < 1_000; run += 1) {
    strategy.begin();
    if (bug(walk(strategy, unblocked(steps)).order)) hits += 1;
  }
  expect(hits).toBeGreaterThanOrEqual(25);
});

test('with depth 1 no session is left that can go on', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const strategy = new Pct({ seed: `${seed}`, sessions: 3, steps: 9, depth: 1 });
    strategy.begin();
    expect(walk(strategy, unblocked([3, 3, 3])).preemptions).toBe(0);
  }
});

test('depth d leaves at most d-1 sessions that could have gone on', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const strategy = new Pct({ seed: `${seed}`, sessions: 3, steps: 12, depth: 3 });
    strategy.begin();
    expect(walk(strategy, unblocked([4, 4, 4])).preemptions).toBeLessThanOrEqual(2);
  }
});
