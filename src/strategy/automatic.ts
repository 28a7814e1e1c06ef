/**
 * The default way of searching: every schedule in order of preemptions when the space is small; otherwise half
 * the budget that way, since most races need few preemptions, and the rest by PCT and random walk in turn.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import { ByPreemptions } from './by-preemptions.ts';
import type { Strategy } from './contract.ts';
import { interleavings } from './interleavings.ts';
import { Pct } from './pct.ts';
import { RandomWalk } from './random-walk.ts';

export interface AutomaticOptions {
  readonly seed: string;
  readonly sessions: number;
  /** Schedules that may be run for this scenario. */
  readonly maxSchedules: number;
}

export class Automatic implements Strategy {
  readonly #options: AutomaticOptions;
  readonly #systematic: ByPreemptions;
  #sampling: readonly Strategy[] | undefined;
  #current: Strategy;
  #begun = 0;
  /** Steps of each session in the first execution. */
  readonly #steps: number[];

  constructor(options: AutomaticOptions) {
    this.#options = options;
    this.#systematic = new ByPreemptions({ seed: options.seed });
    this.#current = this.#systematic;
    this.#steps = Array.from({ length: options.sessions }, () => 0);
  }

  begin(): boolean {
    const { maxSchedules, seed, sessions } = this.#options;
    this.#begun += 1;
    const small = this.#begun === 1 || interleavings(this.#steps) <= maxSchedules;
    if (small || this.#begun <= maxSchedules / 2) {
      this.#current = this.#systematic;
      return this.#systematic.begin();
    }
    this.#sampling ??= [
      new Pct({ seed, sessions, steps: this.#steps.reduce((sum, steps) => sum + steps, 0) }),
      new RandomWalk(seed),
    ];
    this.#current = this.#sampling[this.#begun % this.#sampling.length] ?? this.#systematic;
    return this.#current.begin();
  }

  choose(point: ChoicePoint): number {
    const chosen = this.#current.choose(point);
    if (this.#begun === 1) this.#steps[chosen] = (this.#steps[chosen] ?? 0) + 1;
    return chosen;
  }

  get exhausted(): boolean {
    return this.#systematic.exhausted;
  }

  get systematic(): ByPreemptions {
    return this.#systematic;
  }
}
