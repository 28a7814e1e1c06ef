/**
 * A frontier is what a systematic search has planned and not yet run: those with the fewest preemptions come first, and
 * among equals any of them, since neighbours differ little: a race that one schedule misses, its neighbour misses, too.
 */
import { takeAny, type Random } from './random.ts';

/** Entries kept at once, unless another number is given. */
export const defaultMaxPlanned = 200_000;

export class Frontier<T> {
  readonly #random: Random;
  readonly #maxPlanned: number;
  /** By number of preemptions. */
  readonly #buckets: T[][] = [];
  #planned = 0;
  #isIncomplete = false;

  /** @param maxPlanned entries kept at once */
  constructor(random: Random, maxPlanned: number) {
    this.#random = random;
    this.#maxPlanned = maxPlanned;
  }

  /** Plans `entry`; false when the frontier is full and leaves it out. */
  add(entry: T, preemptions: number): boolean {
    if (this.#planned >= this.#maxPlanned) {
      this.#isIncomplete = true;
      return false;
    }
    while (this.#buckets.length <= preemptions) this.#buckets.push([]);
    this.#buckets[preemptions]?.push(entry);
    this.#planned += 1;
    return true;
  }

  /** Removes and returns an entry with the fewest preemptions; undefined when nothing is planned. */
  take(): { readonly entry: T; readonly preemptions: number } | undefined {
    for (const [preemptions, bucket] of this.#buckets.entries()) {
      const entry = takeAny(this.#random, bucket);
      if (entry === undefined) continue;
      this.#planned -= 1;
      return { entry, preemptions };
    }
    return undefined;
  }

  /** Forgets what is planned, and not that something was left out. */
  clear(): void {
    this.#buckets.length = 0;
    this.#planned = 0;
  }

  /** Notes that there is something to run that is not planned here. */
  leaveOut(): void {
    this.#isIncomplete = true;
  }

  /** Whether something was left out, so that an empty frontier proves nothing. */
  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  /** Entries to be run. */
  get planned(): number {
    return this.#planned;
  }

  /** Whether all that was ever planned with fewer preemptions than `preemptions` was taken. */
  isEmptyBelow(preemptions: number): boolean {
    return this.#buckets.slice(0, preemptions).every((bucket) => bucket.length === 0);
  }
}
