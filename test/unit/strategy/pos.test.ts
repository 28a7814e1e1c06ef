/**
 * What partial-order sampling is for, measured on small programs whose exact probabilities are known. Each test runs
 * 4,000 executions and allows five standard deviations: a false alarm has a probability below 1e-6, and the seeds are
 * fixed, so that chance is taken only when the generator of random numbers changes.
 */
import { describe, expect, test } from 'vitest';
import type { Strategy } from '../../../src/strategy/contract.ts';
import { Pos } from '../../../src/strategy/pos.ts';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';
import { run, type Instruction, type Program } from '../../support/memory-machine.ts';

const executions = 4_000;
const registers = 3;
const write = (register: number): Instruction => ({ kind: 'write', register });

/** How often a strategy chooses such an order. */
function hits(
  strategy: Strategy,
  programs: readonly Program[],
  bug: (order: string) => boolean,
  learns = true,
): number {
  let count = 0;
  for (let execution = 0; execution < executions; execution += 1) {
    strategy.begin();
    const { order, trace } = run(programs, registers, (point) => strategy.choose(point));
    if (learns) strategy.learn?.(trace);
    if (bug(order.join(''))) count += 1;
  }
  return count;
}

function expectRate(count: number, probability: number): void {
  const deviation = Math.sqrt(executions * probability * (1 - probability));
  expect(Math.abs(count - executions * probability)).toBeLessThan(5 * deviation);
}

describe('one race after six steps that depend on nobody', () => {
  // s1 writes a register of its own six times and then the shared one; s2 writes the shared one alone.
  const programs: readonly Program[] = [[1, 1, 1, 1, 1, 1, 0].map(write), [write(0)]];
  const lateFirst = (order: string): boolean => order === '00000001';

  test('the late step comes first in 1 of 8: when the other has the lowest of eight priorities', () => {
    expectRate(hits(new Pos({ seed: 'a', sessions: 2 }), programs, lateFirst), 1 / 8);
  });

  test('and in 1 of 128 with a random walk', () => {
    expectRate(hits(new RandomWalk('a'), programs, lateFirst), 1 / 128);
  });
});

describe('two sessions whose steps all race', () => {
  const programs: readonly Program[] = [[write(0), write(0)], [write(0), write(0)]]; // prettier-ignore
  const alternating = (order: string): boolean => order === '0101';

  test('alternate in 1 of 8: a step that lost is compared again with new priorities', () => {
    expectRate(hits(new Pos({ seed: 'a', sessions: 2 }), programs, alternating), 1 / 8);
  });

  test('and in 1 of 24 when nothing is learned: four priorities must fall in that order', () => {
    expectRate(hits(new Pos({ seed: 'a', sessions: 2 }), programs, alternating, false), 1 / 24);
  });

  test('steps that were seen to be independent keep their priorities', () => {
    const apart: readonly Program[] = [[write(0), write(0)], [write(1), write(1)]]; // prettier-ignore
    expectRate(hits(new Pos({ seed: 'a', sessions: 2 }), apart, alternating), 1 / 24);
  });
});

test('the same executions teach the same: equal seeds make equal choices', () => {
  const programs: readonly Program[] = [[write(0), write(1), write(0)], [write(1), write(0)]]; // prettier-ignore
  const orders = (seed: string): readonly string[] => {
    const found: string[] = [];
    hits(new Pos({ seed, sessions: 2 }), programs, (order) => found.push(order) > 0);
    return found;
  };
  expect(orders('a')).toEqual(orders('a'));
  expect(orders('a')).not.toEqual(orders('b'));
});
