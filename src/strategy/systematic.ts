/**
 * An exhaustive search: one schedule of each class of equivalent ones while it is known which steps depend on each other,
 * and every schedule in order of preemptions otherwise.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import { ByPreemptions } from './by-preemptions.ts';
import type { Strategy } from './contract.ts';
import { Reduced } from './reduced.ts';
import type { Trace } from './trace.ts';

export interface SystematicOptions {
  readonly seed?: string;
  readonly sessions: number;
  /** Whether executions are observed, so that the strategy learns which steps depend on each other. */
  readonly observed: boolean;
}

export class Systematic implements Strategy {
  /** Undefined while every schedule counts as different. */
  #reduced: Reduced | undefined;
  readonly #unreduced: ByPreemptions;

  constructor({ seed, sessions, observed }: SystematicOptions) {
    const options = seed === undefined ? {} : { seed };
    this.#reduced = observed ? new Reduced({ ...options, sessions }) : undefined;
    this.#unreduced = new ByPreemptions(options);
  }

  begin(): boolean {
    // If the sessions meet in ways that are not observed, no two schedules are equivalent.
    if (this.#reduced?.distrusting === true) this.#reduced = undefined;
    return this.#current.begin();
  }

  choose(point: ChoicePoint): number {
    return this.#current.choose(point);
  }

  learn(trace: Trace): 'contradiction' | undefined {
    return this.#reduced?.learn(trace);
  }

  get #current(): ByPreemptions | Reduced {
    return this.#reduced ?? this.#unreduced;
  }

  get exhausted(): boolean {
    return this.#reduced?.distrusting !== true && this.#current.exhausted;
  }

  /** Known schedules still to be run; they may add more. */
  get planned(): number {
    return this.#current.planned;
  }

  /** Classes of equivalent schedules that were run; undefined while every schedule counts as different. */
  get classes(): number | undefined {
    return this.#reduced?.classes;
  }
}
