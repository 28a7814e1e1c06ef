/** What every strategy must keep, whatever it looks for. A new strategy joins by calling this. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Strategy } from '../../src/strategy/contract.ts';
import { unblocked, walkAll, type Runnable } from '../support/step-machine.ts';

export interface StrategyUnderTest {
  readonly name: string;
  readonly make: (seed: string, sessions: number) => Strategy;
  /** Whether other seeds must give other choices. */
  readonly seeded: boolean;
  /** Whether it comes to an end by itself; a strategy that samples never does. */
  readonly ends: boolean;
}

/** Sessions that take a lock with their first step and let it go with their last: others cannot go meanwhile. */
function withLock(steps: readonly number[]): Runnable {
  const free = unblocked(steps);
  return (order) => {
    const count = (session: number): number => order.filter((other) => other === session).length;
    const holder = steps.findIndex((own, session) => count(session) > 0 && count(session) < own);
    return holder === -1 ? free(order) : [holder];
  };
}

export function strategySuite({ name, make, seeded, ends }: StrategyUnderTest): void {
  const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
  const choices = (seed: string, runnable: Runnable, sessions: number): string =>
    walkAll(make(seed, sessions), runnable, 60)
      .map(({ order }) => order.join(''))
      .join(' ');

  describe(`strategy ${name}`, () => {
    test('chooses only sessions that can go, and follows every execution to its end', () => {
      fc.assert(
        fc.property(sizes, fc.string(), fc.boolean(), (steps, seed, locks) => {
          // The step machine throws where a session is chosen that cannot go.
          const walks = walkAll(make(seed, steps.length), (locks ? withLock : unblocked)(steps), 40);
          const total = steps.reduce((sum, own) => sum + own, 0);
          expect(walks.length).toBeGreaterThan(0);
          for (const { order } of walks) expect(order.length).toBe(total);
        }),
      );
    });

    test('makes the same choices under the same seed', () => {
      fc.assert(
        fc.property(sizes, fc.string(), (steps, seed) => {
          const once = choices(seed, unblocked(steps), steps.length);
          expect(choices(seed, unblocked(steps), steps.length)).toBe(once);
        }),
      );
    });

    test.runIf(seeded)('makes other choices under another seed', () => {
      const found = Array.from({ length: 10 }, (_, seed) => choices(`${seed}`, unblocked([6, 6, 6]), 3));
      expect(new Set(found).size).toBe(10);
    });

    test('two strategies do not disturb each other', () => {
      const steps = unblocked([3, 3]);
      const alone = choices('a', steps, 2);
      const [one, two] = [make('a', 2), make('b', 2)];
      const interleaved: string[] = [];
      for (let run = 0; run < 60 && one.begin(); run += 1) {
        const order: number[] = [];
        const noise: number[] = [];
        two.begin();
        for (let step = 0; step < 6; step += 1) {
          order.push(one.choose({ step, current: order.at(-1), runnable: steps(order) }));
          if (steps(noise).length > 0)
            noise.push(two.choose({ step, current: noise.at(-1), runnable: steps(noise) }));
        }
        interleaved.push(order.join(''));
      }
      expect(interleaved.join(' ')).toBe(alone);
    });

    test.runIf(ends)('having said that nothing is left, it says so again', () => {
      const strategy = make('x', 2);
      expect(walkAll(strategy, unblocked([2, 2]), 200).length).toBeLessThan(200);
      expect([strategy.begin(), strategy.begin()]).toEqual([false, false]);
    });

    test.runIf(!ends)('samples without end, and never claims to have run everything', () => {
      const strategy = make('x', 2);
      // 2 sessions of 2 steps have 6 interleavings.
      expect(walkAll(strategy, unblocked([2, 2]), 200).length).toBe(200);
      expect(strategy.exhausted ?? false).toBe(false);
      expect(strategy.begin()).toBe(true);
    });
  });
}
