/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with
 * Probabilistic Guarantees of Finding Bugs", ASPLOS 2010, section 2.3): sessions get random priorities, the
 * runnable one with the highest goes, and at d-1 random choices the session that is about to go falls below all
 * others. A bug of depth d (d orders between two steps each must hold for it to show) in n sessions is found by one
 * execution with probability at least 1/(n k^(d-1)).
 *
 * In the paper k counts steps. Here it counts real choices, at which more than one session can go: elsewhere a change
 * has no effect that it would not have at the next one. The d-1 choices are distinct, as in Shuttle. Unlike there, the
 * first real choice is one of them: a change there only reshuffles, and so it is how one change fewer comes about.
 * Without it the bound does not hold: of sessions of 1 and 3 steps, the one of 3 would never go first and to its end at
 * depth 2.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { randomFrom, takeAny, type Random } from './random.ts';

export interface PctOptions {
  readonly seed: string;
  /** Number of sessions (n). */
  readonly sessions: number;
  /** Real choices of one execution, at most (k); an execution with more raises it for the next ones. */
  readonly choices: number;
  /** Depth of the bugs to look for (d). Default 3. */
  readonly depth?: number;
}

export class Pct implements Strategy {
  readonly #random: Random;
  readonly #sessions: number;
  readonly #depth: number;
  #maxChoices: number;
  /** Higher goes first. Initial priorities are d, d+1, ...; changes give d-1, d-2, ... */
  #priorities: number[] = [];
  /** Priorities that changes give, by the number of the real choice. */
  #changes = new Map<number, number>();
  /** Real choices of this execution so far. */
  #choices = 0;

  constructor(options: PctOptions) {
    this.#random = randomFrom(`pct ${options.seed}`);
    this.#sessions = options.sessions;
    this.#maxChoices = Math.max(1, options.choices);
    this.#depth = options.depth ?? 3;
  }

  begin(): boolean {
    this.#choices = 0;
    this.#priorities = [];
    const sessions = range(this.#sessions);
    for (let rank = 0; rank < this.#sessions; rank += 1) {
      this.#priorities[takeAny(this.#random, sessions) ?? 0] = this.#depth + rank;
    }
    this.#changes = new Map();
    const choices = range(this.#maxChoices);
    for (let priority = this.#depth - 1; priority > 0; priority -= 1) {
      const choice = takeAny(this.#random, choices);
      if (choice !== undefined) this.#changes.set(choice, priority);
    }
    return true;
  }

  choose(point: ChoicePoint): number {
    if (point.runnable.length > 1) {
      const lowered = this.#changes.get(this.#choices);
      if (lowered !== undefined) this.#priorities[this.#highest(point)] = lowered;
      this.#choices += 1;
      this.#maxChoices = Math.max(this.#maxChoices, this.#choices);
    }
    return this.#highest(point);
  }

  #highest(point: ChoicePoint): number {
    const priority = (session: number): number => this.#priorities[session] ?? 0;
    return point.runnable.reduce((best, session) => (priority(session) > priority(best) ? session : best));
  }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, number) => number);
}
