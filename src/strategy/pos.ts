/**
 * Partial-order sampling (POS: Yuan, Yang, Gu, "Partial Order Aware Concurrency Sampling", CAV 2018): each step gets a
 * random priority, and the runnable step with the highest priority is taken. Then the steps that race with it get new
 * priorities: otherwise a step that lost one race would probably lose the next one too. Steps that depend on no others
 * hardly matter, however many there are: if one session comes to a race only after k steps of that kind, and the other at
 * once, the first wins it with probability 1/(k+2); a random walk gives it 1/2^(k+1).
 *
 * Which steps race is learned from observed executions: two that depended on each other once, as the n-th and the m-th
 * step of their sessions, are assumed to do so again. This affects only probabilities, never which schedules are left
 * out. Before the first observation, and if nothing is observed, only a session's own next step gets a new priority:
 * BasicPOS in the paper (section 4).
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { randomFrom, type Random } from './random.ts';
import type { Trace } from './trace.ts';

export interface PosOptions {
  readonly seed: string;
  readonly sessions: number;
}

export class Pos implements Strategy {
  readonly #random: Random;
  readonly #sessions: number;
  /** Of the next step of each session. */
  #priorities: number[] = [];
  /** Steps of each session in this execution so far. */
  #taken: number[] = [];
  /** Pairs of steps of different sessions that depended on each other in some execution. */
  readonly #races = new Set<string>();

  constructor({ seed, sessions }: PosOptions) {
    this.#random = randomFrom(`pos ${seed}`);
    this.#sessions = sessions;
  }

  begin(): boolean {
    this.#priorities = Array.from({ length: this.#sessions }, this.#random);
    this.#taken = Array.from({ length: this.#sessions }, () => 0);
    return true;
  }

  choose({ runnable }: ChoicePoint): number {
    const priority = (session: number): number => this.#priorities[session] ?? 0;
    const chosen = runnable.reduce((best, session) => (priority(session) > priority(best) ? session : best));
    const taken = this.#nextOf(chosen);
    for (const session of runnable) {
      if (session === chosen || this.#races.has(pairText(taken, this.#nextOf(session))))
        this.#priorities[session] = this.#random();
    }
    this.#taken[chosen] = taken.nth + 1;
    return chosen;
  }

  learn(trace: Trace): undefined {
    const counts: number[] = [];
    const steps = trace.steps.map(({ session }): NthStep => {
      const nth = counts[session] ?? 0;
      counts[session] = nth + 1;
      return { session, nth };
    });
    steps.forEach((second, j) => {
      for (const [i, first] of steps.slice(0, j).entries()) {
        if (first.session !== second.session && trace.dependent(i, j))
          this.#races.add(pairText(first, second));
      }
    });
  }

  #nextOf(session: number): NthStep {
    return { session, nth: this.#taken[session] ?? 0 };
  }
}

/** A step by its place in its session, counted from 0. */
interface NthStep {
  readonly session: number;
  readonly nth: number;
}

/** Equal for both orders of the two. */
function pairText(a: NthStep, b: NthStep): string {
  const [low, high] = a.session < b.session ? [a, b] : [b, a];
  return `${low.session} ${low.nth} ${high.session} ${high.nth}`;
}
