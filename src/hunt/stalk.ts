/**
 * The schedules of one scenario in a guided search: what is planned first, then by turns the usual ones and variations of
 * those that showed something new. It ends when several in a row have shown nothing.
 */
import type { ChoicePoint, Schedule } from '../core/schedule.ts';
import type { Strategy } from '../strategy/contract.ts';
import type { Random } from '../strategy/random.ts';
import type { Trace } from '../strategy/trace.ts';
import { variationOf, type ScheduleSize } from '../strategy/vary-schedule.ts';

export interface StalkOptions {
  /** For one execution each. */
  readonly planned: readonly Strategy[];
  readonly usual: Strategy;
  /** It ends after this many schedules in a row without news; asked before each. */
  readonly patience: () => number;
  readonly random: Random;
}

/** Variations of a schedule that showed something new. */
const variations = 3;

/** Quiet schedules for a scenario that shows what no other has shown. */
const energy = 24;
/** The first look: without it, no race in scenarios that show only what is common would be found. */
const leastPatience = 2;

/**
 * Quiet schedules that a scenario is worth, by how many searches have shown its rarest sight, this one included: half as many
 * if there were two, and so on. So what was often seen is left after a first look, and schedules go to what is rare (the power
 * schedule of Böhme, Pham, Roychoudhury, "Coverage-based Greybox Fuzzing as Markov Chain", CCS 2016, section 4).
 */
export function patienceFor(rarity: number): number {
  return Math.max(leastPatience, energy / rarity);
}

export class Stalk implements Strategy {
  readonly #options: StalkOptions;
  readonly #planned: Strategy[];
  readonly #varied: Strategy[] = [];
  #current: Strategy | undefined;
  #quiet = 0;
  #turn = 0;
  readonly learn?: (trace: Trace) => 'contradiction' | undefined;

  constructor(options: StalkOptions) {
    const { planned, usual } = options;
    this.#options = options;
    this.#planned = [...planned];
    // Executions are observed for their conflicts in any case.
    this.learn = (trace) => usual.learn?.(trace);
  }

  begin(): boolean {
    const { usual, patience } = this.#options;
    // What is planned then equals a schedule that was run.
    if (this.#quiet >= patience() || usual.exhausted === true) return false;
    const next = this.#planned.shift() ?? (this.#turn++ % 2 === 1 ? this.#varied.shift() : undefined);
    this.#current = next ?? usual;
    this.#quiet += 1;
    return this.#current.begin();
  }

  choose(point: ChoicePoint): number {
    if (this.#current === undefined) throw new Error('no schedule was begun');
    return this.#current.choose(point);
  }

  /** The schedule that ended last showed something new. */
  news(schedule: Schedule, size: ScheduleSize): void {
    this.#quiet = 0;
    for (let count = 0; count < variations; count += 1)
      this.#varied.push(variationOf(schedule, size, this.#options.random));
  }

  get exhausted(): boolean {
    return this.#options.usual.exhausted ?? false;
  }

  get classes(): number | undefined {
    return this.#options.usual.classes;
  }
}
