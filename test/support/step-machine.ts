/**
 * Sessions of so many steps that never wait, driven by a strategy as the engine drives it, without a database:
 * what a strategy does can then be counted exactly and thousands of times.
 */
import { isPreemption, preemptionsOf, type Choice, type ChoicePoint } from '../../src/core/schedule.ts';
import type { Strategy } from '../../src/strategy/contract.ts';

export interface Walk {
  /** The session of each step. */
  readonly order: readonly number[];
  readonly choices: readonly Choice[];
  readonly preemptions: number;
}

/** Which sessions can take a step after these. The default: whoever has steps left. */
export type Runnable = (order: readonly number[]) => readonly number[];

export function unblocked(steps: readonly number[]): Runnable {
  return (order) =>
    steps.flatMap((count, session) =>
      order.filter((other) => other === session).length < count ? session : [],
    );
}

/** One execution, after the strategy's `begin`. */
export function walk(strategy: Strategy, runnable: Runnable): Walk {
  const order: number[] = [];
  const choices: Choice[] = [];
  for (;;) {
    const point: ChoicePoint = { step: order.length, current: order.at(-1), runnable: runnable(order) };
    if (point.runnable.length === 0) return { order, choices, preemptions: preemptionsOf(choices) };
    const chosen = strategy.choose(point);
    if (!point.runnable.includes(chosen)) throw new Error(`s${chosen + 1} was chosen and cannot go`);
    choices.push({ point, chosen });
    order.push(chosen);
  }
}

/** Executions until the strategy has nothing left, at most `limit`. */
export function walkAll(strategy: Strategy, runnable: Runnable, limit = Infinity): Walk[] {
  const walks: Walk[] = [];
  while (walks.length < limit && strategy.begin()) walks.push(walk(strategy, runnable));
  return walks;
}

/** Every interleaving with its number of preemptions, found by plain recursion: what strategies are held against. */
export function everyInterleaving(runnable: Runnable): Walk[] {
  const found: Walk[] = [];
  const extend = (order: readonly number[], preemptions: number): void => {
    const point: ChoicePoint = { step: order.length, current: order.at(-1), runnable: runnable(order) };
    if (point.runnable.length === 0) found.push({ order, choices: [], preemptions });
    for (const session of point.runnable) {
      extend([...order, session], preemptions + (isPreemption(point, session) ? 1 : 0));
    }
  };
  extend([], 0);
  return found;
}

export function countBy<T>(items: readonly T[], number: (item: T) => number): number[] {
  const counts: number[] = [];
  for (const item of items) counts[number(item)] = (counts[number(item)] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}
