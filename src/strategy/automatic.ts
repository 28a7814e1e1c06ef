/**
 * The default way of searching: everything, when that fits the budget; otherwise half the budget in order of
 * preemptions, since most races need few, and the rest by PCT and random walk in turn. Where the reduction can tell
 * what commutes, the first half goes to schedules that reverse a conflict, and to no others.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { interleavings } from './interleavings.ts';
import { Pct } from './pct.ts';
import { RandomWalk } from './random-walk.ts';
import { Systematic } from './systematic.ts';
import type { Trace } from './trace.ts';

export interface AutomaticOptions {
  readonly seed: string;
  readonly sessions: number;
  /** Schedules that may be run for this scenario. */
  readonly maxSchedules: number;
  /** Whether executions are observed, so that the strategy is told what depends on what. */
  readonly observed: boolean;
}

export class Automatic implements Strategy {
  readonly #options: AutomaticOptions;
  readonly #systematic: Systematic;
  #sampling: readonly Strategy[] | undefined;
  #current: Strategy;
  #begun = 0;
  /** Steps of each session in the first execution. */
  readonly #steps: number[];
  /** Real choices in the first execution. */
  #choices = 0;

  constructor(options: AutomaticOptions) {
    this.#options = options;
    this.#systematic = new Systematic(options);
    this.#current = this.#systematic;
    this.#steps = Array.from({ length: options.sessions }, () => 0);
  }

  begin(): boolean {
    const { maxSchedules, seed, sessions } = this.#options;
    this.#begun += 1;
    if (this.#begun <= maxSchedules / 2 || this.#fits()) {
      this.#current = this.#systematic;
      return this.#systematic.begin();
    }
    this.#sampling ??= [new Pct({ seed, sessions, choices: this.#choices }), new RandomWalk(seed)];
    this.#current = this.#sampling[this.#begun % this.#sampling.length] ?? this.#systematic;
    return this.#current.begin();
  }

  /** Whether what is left to be run is within the budget, as far as can be told. */
  #fits(): boolean {
    const { maxSchedules } = this.#options;
    if (this.#begun === 1 || interleavings(this.#steps) <= maxSchedules) return true;
    return (
      this.#systematic.classes !== undefined && this.#systematic.planned <= maxSchedules - this.#begun + 1
    );
  }

  choose(point: ChoicePoint): number {
    const chosen = this.#current.choose(point);
    if (this.#begun === 1) {
      this.#steps[chosen] = (this.#steps[chosen] ?? 0) + 1;
      if (point.runnable.length > 1) this.#choices += 1;
    }
    return chosen;
  }

  /** A sample's executions count as well: what they show need not be run again. */
  learn(trace: Trace): 'contradiction' | undefined {
    return this.#systematic.learn(trace);
  }

  get exhausted(): boolean {
    return this.#systematic.exhausted;
  }

  get classes(): number | undefined {
    return this.#systematic.classes;
  }
}
