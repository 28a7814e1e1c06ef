import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByPreemptions } from '../../../src/strategy/by-preemptions.ts';
import { interleavings } from '../../../src/strategy/interleavings.ts';
import { countBy, everyInterleaving, unblocked, walk, walkAll } from '../../support/step-machine.ts';

describe('every schedule', () => {
  test.each([
    { steps: [3, 3], count: 20, byPreemptions: [2, 4, 8, 4, 2] },
    { steps: [4, 4], count: 70, byPreemptions: [2, 6, 18, 18, 18, 6, 2] },
    { steps: [6, 6], count: 924, byPreemptions: [2, 10, 50, 100, 200, 200, 200, 100, 50, 10, 2] },
    { steps: [1, 4], count: 5, byPreemptions: [2, 3] },
    { steps: [2, 2, 2], count: 90, byPreemptions: [6, 18, 36, 30] },
    { steps: [3, 3, 3], count: 1_680, byPreemptions: undefined },
    { steps: [5], count: 1, byPreemptions: [1] },
    { steps: [], count: 1, byPreemptions: [1] },
  ])('$steps: $count, each once, fewest preemptions first', ({ steps, count, byPreemptions }) => {
    const strategy = new ByPreemptions();
    const walks = walkAll(strategy, unblocked(steps));
    const orders = walks.map(({ order }) => order.join(''));
    const reference = everyInterleaving(unblocked(steps));

    expect(walks.length).toBe(count);
    expect(interleavings(steps)).toBe(count);
    expect(new Set(orders)).toEqual(new Set(reference.map(({ order }) => order.join(''))));
    expect(new Set(orders).size).toBe(count);

    const preemptions = walks.map((each) => each.preemptions);
    expect(preemptions).toEqual(preemptions.toSorted((a, b) => a - b));
    expect(countBy(walks, (each) => each.preemptions)).toEqual(
      countBy(reference, (each) => each.preemptions),
    );
    if (byPreemptions !== undefined) expect(strategy.runs).toEqual(byPreemptions);
    expect(strategy.runs).toEqual(countBy(walks, (each) => each.preemptions));
    expect(strategy.exhausted).toBe(true);
  });

  test('also where sessions wait for each other', () => {
    // s2 cannot go between the first and the last step of s1: a lock held.
    const free = unblocked([3, 3]);
    const locked = (order: readonly number[]): readonly number[] => {
      const taken = order.filter((session) => session === 0).length;
      return taken > 0 && taken < 3 ? [0] : free(order);
    };
    const walks = walkAll(new ByPreemptions(), locked);
    const reference = everyInterleaving(locked);
    // s1's three steps stand together, in one of four places.
    expect(reference.length).toBe(4);
    expect(walks.map(({ order }) => order.join('')).sort()).toEqual(
      reference.map(({ order }) => order.join('')).sort(),
    );
  });

  test('is not claimed of executions that do not repeat: a session that could go, and cannot go any more', () => {
    let walks = 0;
    const strategy = new ByPreemptions();
    // In every execution but the first, s2 waits until s1 has ended.
    const orders: string[] = [];
    while (strategy.begin()) {
      const free = unblocked([2, 2]);
      const waits = walks > 0;
      orders.push(walk(strategy, (order) => (waits && order.length < 2 ? [0] : free(order))).order.join(''));
      walks += 1;
    }
    expect(new Set(orders)).toEqual(new Set(['0011']));
    expect(strategy.exhausted).toBe(false);
    expect(strategy.exhaustedBelow(2)).toBe(false);
  });

  test('of any small shape', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }), (steps) => {
        const walks = walkAll(new ByPreemptions(), unblocked(steps));
        expect(new Set(walks.map(({ order }) => order.join(''))).size).toBe(interleavings(steps));
        expect(walks.length).toBe(interleavings(steps));
      }),
    );
  });
});

describe('what it says about its search', () => {
  test('nothing is exhausted before it is run', () => {
    const strategy = new ByPreemptions();
    const runnable = unblocked([3, 3]);
    expect(strategy.exhausted).toBe(false);
    for (let run = 1; run <= 20; run += 1) {
      strategy.begin();
      walk(strategy, runnable);
      // 2 without a preemption, 4 with one, 8 with two.
      expect(strategy.exhaustedBelow(1), `after ${run}`).toBe(run >= 2);
      expect(strategy.exhaustedBelow(2), `after ${run}`).toBe(run >= 6);
      expect(strategy.exhaustedBelow(3), `after ${run}`).toBe(run >= 14);
      expect(strategy.exhausted, `after ${run}`).toBe(run === 20);
    }
  });

  test('a bound on preemptions leaves the rest out and says so', () => {
    const strategy = new ByPreemptions({ maxPreemptions: 1 });
    expect(walkAll(strategy, unblocked([3, 3])).map(({ preemptions }) => preemptions)).toEqual([
      0, 0, 1, 1, 1, 1,
    ]);
    expect(strategy.exhausted).toBe(false);
    expect(strategy.exhaustedBelow(2)).toBe(true);
  });

  test('a bound on memory leaves schedules out and then nothing is exhaustive', () => {
    const strategy = new ByPreemptions({ maxPlanned: 3 });
    const walks = walkAll(strategy, unblocked([3, 3]));
    expect(walks.length).toBeLessThan(20);
    expect(strategy.exhausted).toBe(false);
    expect(strategy.exhaustedBelow(1)).toBe(false);
  });

  test('a bound that nothing reaches is no bound', () => {
    const strategy = new ByPreemptions({ maxPreemptions: 4 });
    expect(walkAll(strategy, unblocked([3, 3])).length).toBe(20);
    expect(strategy.exhausted).toBe(true);
  });
});
