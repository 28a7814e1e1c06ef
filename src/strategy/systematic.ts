/**
 * Everything there is: one schedule of each class of equivalent ones where it can be told which steps depend on each
 * other, else every schedule in order of preemptions.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import { ByPreemptions } from './by-preemptions.ts';
import type { Strategy } from './contract.ts';
import { Reduced } from './reduced.ts';
import type { Trace } from './trace.ts';

export interface SystematicOptions {
  readonly seed?: string;
  readonly sessions: number;
  /** Whether executions are observed, so that the strategy is told what depends on what. */
  readonly observed: boolean;
}

export class Systematic implements Strategy {
  readonly #reduced: Reduced | undefined;
  readonly #seed: { readonly seed?: string };
  #unreduced: ByPreemptions | undefined;

  constructor({ seed, sessions, observed }: SystematicOptions) {
    this.#seed = seed === undefined ? {} : { seed };
    if (observed) this.#reduced = new Reduced({ ...this.#seed, sessions });
    else this.#unreduced = new ByPreemptions(this.#seed);
  }

  begin(): boolean {
    // Where the sessions meet in ways that are not seen, nothing is equivalent.
    if (this.#reduced?.distrusting === true) this.#unreduced ??= new ByPreemptions(this.#seed);
    return this.#current.begin();
  }

  choose(point: ChoicePoint): number {
    return this.#current.choose(point);
  }

  learn(trace: Trace): void {
    if (this.#unreduced === undefined) this.#reduced?.learn(trace);
  }

  get #current(): ByPreemptions | Reduced {
    const current = this.#unreduced ?? this.#reduced;
    if (current === undefined) throw new Error('a systematic search is reduced or not');
    return current;
  }

  get exhausted(): boolean {
    return this.#reduced?.distrusting === true && this.#unreduced === undefined
      ? false
      : this.#current.exhausted;
  }

  /** Schedules that are known to be left; more may come of them. */
  get planned(): number {
    return this.#current.planned;
  }

  /** Classes of equivalent schedules that were run; undefined where every schedule is a class of its own. */
  get classes(): number | undefined {
    return this.#unreduced === undefined ? this.#reduced?.classes : undefined;
  }
}
