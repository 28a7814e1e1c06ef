/** The plan of a campaign: which round comes next. Dealt and extra rounds take turns, so that no target starves. */
import { dealtRound, extraRound, type Round } from './round.ts';
import type { Shard } from './shard.ts';
import type { Target } from './target.ts';
import type { TargetState } from './target-state.ts';

export interface PlanStart {
  readonly seed: number | string;
  readonly shard: Shard;
  readonly targets: readonly Target[];
  /** Dealt rounds of the whole campaign before this number are over. */
  readonly dealt: number;
  /** Extra rounds of this shard that were begun. */
  readonly extra: number;
  /** What is known of a target now. */
  readonly stateOf: (target: Target) => TargetState;
}

/** A target below this has cooled down: its last rounds showed nothing. */
const cold = 0.5;

export class Plan {
  readonly #start: PlanStart;
  readonly #running = new Set<number>();
  readonly #out = new Set<Target>();
  #next: number;
  #extra: number;
  #turn = 0;

  constructor(start: PlanStart) {
    this.#start = start;
    const { number, of } = start.shard;
    const behind = (number - 1 - (start.dealt % of) + of) % of;
    this.#next = start.dealt + behind;
    this.#extra = start.extra;
  }

  /** Dealt rounds of this shard before this number are over: a campaign that was killed goes on here. */
  get dealt(): number {
    return Math.min(this.#next, ...this.#running);
  }

  get extra(): number {
    return this.#extra;
  }

  /** Undefined if no target is left. */
  next(): Round | undefined {
    const { targets, seed, shard } = this.#start;
    const left = targets.filter((target) => !this.#out.has(target));
    if (left.length === 0) return undefined;
    this.#turn += 1;
    if (this.#turn % 2 === 0) return this.#extraRound(left);
    // After as many of its numbers as there are targets, a shard comes to the first one again.
    for (let tried = 0; tried < targets.length; tried += 1) {
      const round = dealtRound(seed, this.#next, targets);
      this.#next += shard.of;
      if (this.#out.has(round.target)) continue;
      this.#running.add(round.number as number);
      return round;
    }
    // The targets that are left are dealt to other shards.
    return this.#extraRound(left);
  }

  #extraRound(targets: readonly Target[]): Round {
    const { seed, shard, stateOf } = this.#start;
    const target = this.#warmest(targets);
    const round = extraRound(seed, { shard, count: this.#extra, target, size: stateOf(target).size });
    this.#extra += 1;
    return round;
  }

  /** The round is over, with or without a result. */
  finish({ number }: Round): void {
    if (number !== undefined) this.#running.delete(number);
  }

  /** No more rounds of a target that cannot be checked. */
  leaveOut(target: Target): void {
    this.#out.add(target);
  }

  /** The target with the most news lately; among cold ones, that with the fewest schedules. */
  #warmest(targets: readonly Target[]): Target {
    const { stateOf } = this.#start;
    const warmth = (target: Target): number => {
      const known = stateOf(target).warmth;
      return known < cold ? 0 : known;
    };
    return targets.reduce((best, each) => {
      const more = warmth(each) - warmth(best);
      if (more !== 0) return more > 0 ? each : best;
      return stateOf(each).schedules < stateOf(best).schedules ? each : best;
    });
  }
}
