/** Follows given schedules before another strategy goes on: failures that were found elsewhere show at once. */
import type { ChoicePoint, Schedule } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { Replay } from './replay.ts';
import type { Trace } from './trace.ts';

export class First implements Strategy {
  readonly #schedules: Schedule[];
  readonly #rest: Strategy;
  #current: Strategy;
  /** Only if the other strategy learns: executions are not observed for nobody. It learns from the given ones, too. */
  readonly learn?: (trace: Trace) => 'contradiction' | undefined;

  constructor(schedules: readonly Schedule[], rest: Strategy) {
    this.#schedules = [...schedules];
    this.#rest = rest;
    this.#current = rest;
    if (rest.learn !== undefined) this.learn = (trace) => rest.learn?.(trace);
  }

  begin(): boolean {
    const schedule = this.#schedules.shift();
    this.#current = schedule === undefined ? this.#rest : new Replay(schedule, 'lenient');
    return this.#current.begin();
  }

  choose(point: ChoicePoint): number {
    return this.#current.choose(point);
  }

  get exhausted(): boolean {
    return this.#rest.exhausted ?? false;
  }

  get classes(): number | undefined {
    return this.#rest.classes;
  }
}
