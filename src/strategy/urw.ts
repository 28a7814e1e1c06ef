/**
 * Uniform random walk over interleavings (URW: Zhao et al., "Selectively Uniform Concurrency Testing", ASPLOS 2025): the
 * next step goes to a runnable session with a probability proportional to the steps that it has left. If each session
 * takes a fixed number of steps and none waits, every interleaving is equally likely. A walk that chooses uniformly at
 * each step prefers interleavings that end a session early: of 2 sessions of 3 steps, 000111 comes with probability 1/8
 * and not 1/20.
 *
 * The number of steps that a session has left is estimated by the mean of earlier executions. If sessions wait for each
 * other, or take more or fewer steps from one execution to the next, the sample is only roughly uniform. The paper takes
 * the numbers from one run beforehand and may restrict them to steps of interest; here every step counts.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { randomFrom, type Random } from './random.ts';

export interface UrwOptions {
  readonly seed: string;
  /** Steps that each session is expected to take in the first execution; only their proportions matter much. */
  readonly steps: readonly number[];
}

export class Urw implements Strategy {
  readonly #random: Random;
  /** Steps of each session, over all executions that ended. */
  readonly #totals: number[];
  /** The same in one execution, on average. */
  #expected: readonly number[];
  /** Steps of each session in this execution so far. */
  #taken: number[];
  #executions = 0;

  constructor({ seed, steps }: UrwOptions) {
    this.#random = randomFrom(`urw ${seed}`);
    this.#totals = steps.map(() => 0);
    this.#expected = steps;
    this.#taken = steps.map(() => 0);
  }

  begin(): boolean {
    if (this.#taken.some((steps) => steps > 0)) {
      this.#executions += 1;
      this.#taken.forEach((steps, session) => (this.#totals[session] = (this.#totals[session] ?? 0) + steps));
      this.#expected = this.#totals.map((steps) => steps / this.#executions);
      this.#taken = this.#totals.map(() => 0);
    }
    return true;
  }

  choose({ runnable }: ChoicePoint): number {
    const left = runnable.map((session) => this.#left(session));
    let mark = this.#random() * left.reduce((sum, steps) => sum + steps, 0);
    const index = left.findIndex((steps) => (mark -= steps) < 0);
    const chosen = runnable[index] ?? runnable[0] ?? 0;
    this.#taken[chosen] = (this.#taken[chosen] ?? 0) + 1;
    return chosen;
  }

  /** A session that can go has at least one step left, whatever was expected. */
  #left(session: number): number {
    return Math.max(1, (this.#expected[session] ?? 0) - (this.#taken[session] ?? 0));
  }
}
