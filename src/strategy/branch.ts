/** Follows a schedule, leniently, up to a step, and then goes its own way: once. */
import type { ChoicePoint, Schedule } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { Replay } from './replay.ts';

export class Branch implements Strategy {
  readonly #beginning: Replay;
  readonly #step: number;
  readonly #rest: Strategy;

  /** @param step from which `rest` chooses, counted from 0 */
  constructor(schedule: Schedule, step: number, rest: Strategy) {
    this.#beginning = new Replay(schedule, 'lenient');
    this.#step = step;
    this.#rest = rest;
  }

  begin(): boolean {
    return this.#beginning.begin() && this.#rest.begin();
  }

  choose(point: ChoicePoint): number {
    return (point.step < this.#step ? this.#beginning : this.#rest).choose(point);
  }
}
