/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", ASPLOS 2010, section 2.3): sessions get random priorities, the
 * runnable one with the highest goes, and at d-1 random steps the session that is about to go falls below all
 * others. A bug of depth d in n sessions of k steps in all is found with probability at least 1/(n k^(d-1)).
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { integerBelow, randomFrom, type Random } from './random.ts';

export interface PctOptions {
  readonly seed: string;
  /** Number of sessions (n). */
  readonly sessions: number;
  /** Steps of one execution, at most (k); the longest execution seen raises it. */
  readonly steps: number;
  /** Depth of the bugs to look for (d). Default 3. */
  readonly depth?: number;
}

export class Pct implements Strategy {
  readonly #random: Random;
  readonly #sessions: number;
  readonly #depth: number;
  #steps: number;
  /** Higher goes first. Initial priorities are d, d+1, ...; change points give d-1, d-2, ... */
  #priorities: number[] = [];
  #changes = new Map<number, number>();

  constructor(options: PctOptions) {
    this.#random = randomFrom(`pct ${options.seed}`);
    this.#sessions = options.sessions;
    this.#steps = Math.max(1, options.steps);
    this.#depth = options.depth ?? 3;
  }

  begin(): boolean {
    const order = Array.from({ length: this.#sessions }, (_, session) => session);
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = integerBelow(this.#random, last + 1);
      [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
    }
    this.#priorities = [];
    order.forEach((session, rank) => (this.#priorities[session] = this.#depth + rank));
    this.#changes = new Map();
    for (let change = 1; change < this.#depth; change += 1) {
      this.#changes.set(integerBelow(this.#random, this.#steps), this.#depth - change);
    }
    return true;
  }

  choose(point: ChoicePoint): number {
    this.#steps = Math.max(this.#steps, point.step + 1);
    const lowered = this.#changes.get(point.step);
    if (lowered !== undefined) this.#priorities[this.#highest(point)] = lowered;
    return this.#highest(point);
  }

  #highest(point: ChoicePoint): number {
    const priority = (session: number): number => this.#priorities[session] ?? 0;
    return point.runnable.reduce((best, session) => (priority(session) > priority(best) ? session : best));
  }
}
