/** Follows the beginning of an execution, and goes on as every schedule does. */
import { defaultChoice, type ChoicePoint } from '../core/schedule.ts';

/** The beginning as data: it can be followed anywhere. */
export interface Lead {
  /** The session of each step. */
  readonly order: readonly number[];
  /** The session to go on with, if it can. */
  readonly next: number | undefined;
}

/** What became of a lead. */
export interface LeadEnd {
  /** A step of it could not be taken. */
  readonly strayed: boolean;
  /** A session that could have gone on was not offered, so that some schedules were left out. */
  readonly passedOver: boolean;
}

export class Following implements LeadEnd {
  readonly #lead: Lead;
  strayed = false;
  passedOver = false;

  constructor(lead: Lead) {
    this.#lead = lead;
  }

  choose(point: ChoicePoint): number {
    if (point.passedOver !== undefined) this.passedOver = true;
    const { order, next } = this.#lead;
    const wanted = order[point.step];
    if (wanted === undefined) {
      const goesOn = next !== undefined && point.step === order.length && point.runnable.includes(next);
      return goesOn ? next : defaultChoice(point);
    }
    if (point.runnable.includes(wanted)) return wanted;
    this.strayed = true;
    return defaultChoice(point);
  }
}
