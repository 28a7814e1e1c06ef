/** Follows a given schedule, once. */
import { defaultChoice, type ChoicePoint, type Schedule } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';

/**
 * - `strict`: a deviation that cannot be followed ends the replay, since the person who pasted it wants to know
 * - `lenient`: such a deviation is skipped, so that a schedule keeps its meaning while its scenario shrinks
 */
export type ReplayMode = 'strict' | 'lenient';

/** A strict replay came to a step at which the schedule's session could not go. */
export class DoesNotFit extends Error {
  override readonly name = 'DoesNotFit';
}

export class Replay implements Strategy {
  readonly #schedule: Schedule;
  readonly #mode: ReplayMode;
  #begun = false;
  #followed = 0;

  constructor(schedule: Schedule, mode: ReplayMode) {
    this.#schedule = schedule;
    this.#mode = mode;
  }

  begin(): boolean {
    if (this.#begun) return false;
    this.#begun = true;
    return true;
  }

  /** Deviations not reached before the execution ended. */
  get left(): number {
    return this.#schedule.length - this.#followed;
  }

  choose(point: ChoicePoint): number {
    const deviation = this.#schedule.find(({ step }) => step === point.step);
    if (deviation === undefined) return defaultChoice(point);
    if (point.runnable.includes(deviation.session)) {
      this.#followed += 1;
      return deviation.session;
    }
    if (this.#mode === 'lenient') return defaultChoice(point);
    throw new DoesNotFit(
      `at step ${point.step + 1} the schedule goes to s${deviation.session + 1}, which cannot go there; ` +
        `${point.runnable.map((session) => `s${session + 1}`).join(', ')} could`,
    );
  }
}
