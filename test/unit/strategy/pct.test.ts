/**
 * The bound of the PCT paper, measured: a bug of depth d in n sessions with k real choices is found by one execution
 * with probability at least p = 1/(n k^(d-1)). Sessions that never wait have a real choice at each step until one is
 * left, so k is their number of steps less one. Each case runs 1,000 seeds and asks for at least half of 1000 p hits.
 * If the bound were met exactly, fewer would come by chance with the probability stated at the case (binomial tail);
 * and the seeds are fixed, so that chance is taken only when the generator of random numbers changes.
 */
import { describe, expect, test } from 'vitest';
import { Pct } from '../../../src/strategy/pct.ts';
import { unblocked, walk, walkAll, type Runnable } from '../../support/step-machine.ts';

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
    failure: 'below 1e-58',
    bug: (order: readonly number[]) => increasing(at(order, 1, 4), at(order, 0, 0)),
  },
  {
    name: 'depth 2: s2 between two steps of s1',
    steps: [5, 5],
    depth: 2,
    failure: '2e-5',
    bug: (order: readonly number[]) => increasing(at(order, 0, 2), at(order, 1, 2), at(order, 0, 3)),
  },
  {
    name: 'depth 2 with a third session looking on',
    steps: [3, 3, 3],
    depth: 2,
    failure: '2e-4',
    bug: (order: readonly number[]) => increasing(at(order, 0, 1), at(order, 1, 1), at(order, 0, 2)),
  },
  {
    name: 'depth 3: each between two steps of the other',
    steps: [3, 3],
    depth: 3,
    failure: '5e-3',
    bug: (order: readonly number[]) =>
      increasing(at(order, 0, 0), at(order, 1, 0), at(order, 0, 1), at(order, 1, 1)),
  },
  {
    name: 'depth 1 looked for at depth 2: the longer session to its end, then the other',
    steps: [1, 3],
    depth: 2,
    failure: '1e-14',
    bug: (order: readonly number[]) => increasing(at(order, 1, 2), at(order, 0, 0)),
  },
];

describe.each(cases)('pct, $name', ({ steps, depth, bug, failure }) => {
  test(`is found as often as the paper says (false alarm: ${failure})`, () => {
    const k = steps.reduce((sum, own) => sum + own, 0) - 1;
    const bound = 1 / (steps.length * k ** (depth - 1));
    let hits = 0;
    for (let seed = 0; seed < 1_000; seed += 1) {
      const strategy = new Pct({ seed: `${seed}`, sessions: steps.length, choices: k, depth });
      strategy.begin();
      if (bug(walk(strategy, unblocked(steps)).order)) hits += 1;
    }
    expect(hits).toBeGreaterThanOrEqual((1_000 * bound) / 2);
  });
});

/** Hits of depth 2 among 1,000 executions, by one strategy that learns the number of choices as it goes. */
function hitsOfOneStrategy(runnable: Runnable, bug: (order: readonly number[]) => boolean): number {
  const strategy = new Pct({ seed: 'long', sessions: 2, choices: 1, depth: 2 });
  let hits = 0;
  for (let run = 0; run < 1_000; run += 1) {
    strategy.begin();
    if (bug(walk(strategy, runnable).order)) hits += 1;
  }
  return hits;
}

// False alarm: 2e-5, as above.
test('one strategy over many executions finds it as often, also when it learns the number of choices', () => {
  const { steps, bug } = cases[1]!;
  expect(hitsOfOneStrategy(unblocked(steps), bug)).toBeGreaterThanOrEqual(28);
});

// If they counted, k would be 110 and not 9: 4 hits would be as many as the bound promises.
test('steps without a choice do not count: the bound is the same after 100 of them', () => {
  const both = unblocked([105, 5]);
  const runnable: Runnable = (order) => (order.length < 100 ? [0] : both(order));
  const bug = (order: readonly number[]): boolean =>
    increasing(at(order, 0, 102), at(order, 1, 2), at(order, 0, 103));
  expect(hitsOfOneStrategy(runnable, bug)).toBeGreaterThanOrEqual(28);
});

// At depth 3, s1 s2 s1 s2 comes by changes at the second and the third of three choices, the first of which falls less
// far: probability 1/2 * 1/6 = 1/12 when changes are distinct, 1/2 * 1/9 = 1/18 when they are not. Of 6,000, 417 or more
// have a probability below 3e-6 at 1/18, and fewer one of 4e-5 at 1/12.
test('changes are at distinct choices', () => {
  let hits = 0;
  for (let seed = 0; seed < 6_000; seed += 1) {
    const strategy = new Pct({ seed: `${seed}`, sessions: 2, choices: 3, depth: 3 });
    strategy.begin();
    if (walk(strategy, unblocked([2, 2])).order.join('') === '0101') hits += 1;
  }
  expect(hits).toBeGreaterThanOrEqual(417);
});

test('a depth that the choices do not suffice for is no mistake', () => {
  const strategy = new Pct({ seed: 'deep', sessions: 2, choices: 1, depth: 9 });
  const orders = walkAll(strategy, unblocked([2, 2]), 200).map(({ order }) => order.join(''));
  expect(new Set(orders).size).toBeGreaterThan(1);
});

test('with depth 1 no session is left that can go on', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const strategy = new Pct({ seed: `${seed}`, sessions: 3, choices: 8, depth: 1 });
    strategy.begin();
    expect(walk(strategy, unblocked([3, 3, 3])).preemptions).toBe(0);
  }
});

test('depth d leaves at most d-1 sessions that could have gone on', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const strategy = new Pct({ seed: `${seed}`, sessions: 3, choices: 11, depth: 3 });
    strategy.begin();
    expect(walk(strategy, unblocked([4, 4, 4])).preemptions).toBeLessThanOrEqual(2);
  }
});
