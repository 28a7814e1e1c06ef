/**
 * A round is one small search of one target. There are two sorts. *Dealt* rounds are a fixed sequence, numbered over the
 * whole campaign, and blind: number, target, size and seed depend on nothing that was found, so shards can deal them out.
 * *Extra* rounds go where the last rounds showed something new, and on from what showed it; each shard has its own.
 */
import type { ScenarioBounds } from '../../arbitrary/scenario.ts';
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
const perScenario = { wide: 24, deep: 200 } as const;

/** Schedules of a round: dealt rounds are short, so that each target comes soon; guided ones need some to get anywhere. */
const schedules = { dealt: 240, extra: 600 } as const;

export interface Round {
  /** Unique in the campaign: `17`, or `1/4+9` for an extra round. */
  readonly name: string;
  /** The number of a dealt round, from 0; undefined: it is an extra one. */
  readonly number: number | undefined;
  readonly target: Target;
  /** An index of `sizes`. */
  readonly size: number;
  readonly depth: keyof typeof perScenario;
  /** Of its scenarios and schedules. */
  readonly seed: string;
}

/**
 * The dealt round with this number. A pass over all targets has one size; passes go through all sizes, wide and deep. Each
 * pass begins one target later, or with as many shards as targets each shard would have one target only.
 */
export function dealtRound(seed: number | string, number: number, targets: readonly Target[]): Round {
  const pass = Math.floor(number / targets.length);
  const target = targets[(number + pass) % targets.length] as Target;
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

/** The sizes of its scenarios. */
export function boundsOf(size: number): ScenarioBounds {
  const { sessions, operations } = sizes[size] ?? sizes[0];
  return { minSessions: 2, maxSessions: sessions, maxOperations: operations };
}

export function schedulesOf({ number }: Pick<Round, 'number'>): number {
  return schedules[number === undefined ? 'extra' : 'dealt'];
}

/** Schedules to run of one scenario, at most. */
export function perScenarioOf({ depth }: Pick<Round, 'depth'>): number {
  return perScenario[depth];
}
