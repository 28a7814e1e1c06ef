/**
 * A round is one small check of one target. There are two sorts. *Dealt* rounds are a fixed sequence, numbered over the
 * whole campaign: number, target, size and seed depend on nothing that was found, so shards can deal them out. *Extra*
 * rounds go where the last rounds showed something new; each shard has its own.
 */
import type { PlainCheckOptions } from '../job.ts';
import { shardText, type Shard } from './shard.ts';
import type { Target } from './target.ts';

/** The sizes of scenarios, from small to large: most races need two sessions, and a third one shows most of the rest. */
export const sizes = [
  { sessions: 2, operations: 2 },
  { sessions: 3, operations: 2 },
  { sessions: 3, operations: 3 },
  { sessions: 4, operations: 2 },
] as const;

export const largestSize: number = sizes.length - 1;

/** Many scenarios with a few schedules each, or a few scenarios in depth. */
const depths = {
  wide: { numRuns: 24, maxSchedules: 24 },
  deep: { numRuns: 6, maxSchedules: 200 },
} as const;

export interface Round {
  /** Unique in the campaign: `17`, or `1/4+9` for an extra round. */
  readonly name: string;
  /** The number of a dealt round, from 0; undefined: it is an extra one. */
  readonly number: number | undefined;
  readonly target: Target;
  /** An index of `sizes`. */
  readonly size: number;
  readonly depth: keyof typeof depths;
  /** Of its scenarios and schedules. */
  readonly seed: string;
}

/** The dealt round with this number. A pass over all targets has one size; passes go through all sizes, wide and deep. */
export function dealtRound(seed: number | string, number: number, targets: readonly Target[]): Round {
  const target = targets[number % targets.length] as Target;
  const pass = Math.floor(number / targets.length);
  return {
    name: String(number),
    number,
    target,
    size: pass % sizes.length,
    depth: Math.floor(pass / sizes.length) % 2 === 0 ? 'wide' : 'deep',
    seed: seedOf(seed, target, String(number)),
  };
}

/** @param count extra rounds of this shard before this one */
export function extraRound(
  seed: number | string,
  { shard, count, target, size }: { shard: Shard; count: number; target: Target; size: number },
): Round {
  const name = `${shardText(shard)}+${count}`;
  const depth = count % 2 === 0 ? 'deep' : 'wide';
  return { name, number: undefined, target, size, depth, seed: seedOf(seed, target, name) };
}

function seedOf(seed: number | string, { key }: Target, name: string): string {
  return `${seed} | ${key} | ${name}`;
}

/** The options of `check` for a round: its findings are shrunk later, if they are new. */
export function optionsOf({ target, size, depth, seed }: Round): PlainCheckOptions {
  const { sessions, operations } = sizes[size] ?? sizes[0];
  const { isolation, order } = target;
  return {
    isolation,
    order,
    sessions: { min: 2, max: sessions },
    maxOperations: operations,
    ...depths[depth],
    seed,
    shrink: false,
  };
}
