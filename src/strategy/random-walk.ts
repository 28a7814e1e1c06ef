/** Each step goes to a runnable session chosen uniformly at random. */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { integerBelow, randomFrom, type Random } from './random.ts';

export class RandomWalk implements Strategy {
  readonly #random: Random;

  /** @param seed equal seeds make equal choices */
  constructor(seed: string) {
    this.#random = randomFrom(`walk ${seed}`);
  }

  begin(): boolean {
    return true;
  }

  choose(point: ChoicePoint): number {
    return point.runnable[integerBelow(this.#random, point.runnable.length)] ?? 0;
  }
}
