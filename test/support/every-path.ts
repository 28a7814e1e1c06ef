/**
 * Every schedule by plain backtracking over the choices: the slow way, which shares nothing with the strategies of the
 * product and can be held against them.
 */
import { isPreemption, type ChoicePoint } from '../../src/core/schedule.ts';
import type { Strategy } from '../../src/strategy/contract.ts';

export class EveryPath implements Strategy {
  readonly #maxPreemptions: number;
  #path: { readonly sessions: readonly number[]; next: number }[] | undefined;
  /** All that was to be run has been. */
  exhausted = false;
  #depth = 0;
  #preemptions = 0;

  constructor(maxPreemptions: number = Infinity) {
    this.#maxPreemptions = maxPreemptions;
  }

  begin(): boolean {
    this.#depth = 0;
    this.#preemptions = 0;
    if (this.#path === undefined) {
      this.#path = [];
      return true;
    }
    for (;;) {
      const last = this.#path.at(-1);
      if (last === undefined) {
        this.exhausted = true;
        return false;
      }
      last.next += 1;
      if (last.next < last.sessions.length) return true;
      this.#path.pop();
    }
  }

  choose(point: ChoicePoint): number {
    const path = this.#path ?? [];
    const cost = (session: number): number => this.#preemptions + (isPreemption(point, session) ? 1 : 0);
    if (this.#depth === path.length) {
      path.push({
        sessions: point.runnable.filter((session) => cost(session) <= this.#maxPreemptions),
        next: 0,
      });
    }
    const choice = path[this.#depth];
    const chosen = choice?.sessions[choice.next];
    if (chosen === undefined) throw new Error('the same choices led elsewhere');
    this.#depth += 1;
    this.#preemptions = cost(chosen);
    return chosen;
  }
}
