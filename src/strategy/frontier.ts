/**
 * A frontier holds the schedules that a systematic search has planned and not yet run. Those with the fewest preemptions
 * come first; equals come in random order, since neighbours differ little: if one schedule misses a race, so does its
 * neighbour.
 */
import { takeAny, type Random } from './random.ts';

/** The most entries kept at once, by default. */
export const defaultMaxPlanned = 200_000;

export class Frontier<T> {
  readonly #random: Random;
  readonly #maxPlanned: number;
  /** By number of preemptions. */
  readonly #buckets: T[][] = [];
  #planned = 0;
  #isIncomplete = false;

  /** @param maxPlanned the most entries kept at once */
  constructor(random: Random, maxPlanned: number) {
    this.#random = random;
    this.#maxPlanned = maxPlanned;
  }

  /** Plans `entry`; false if the frontier is full and leaves it out. */
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

  /** Removes and returns an entry with the fewest preemptions; undefined if nothing is planned. */
  take(): { readonly entry: T; readonly preemptions: number } | undefined {
    for (const [preemptions, bucket] of this.#buckets.entries()) {
      const entry = takeAny(this.#random, bucket);
      if (entry === undefined) continue;
      this.#planned -= 1;
      return { entry, preemptions };
    }
    return undefined;
  }

  /** Forgets the planned entries, but not that something was left out. */
  clear(): void {
    this.#buckets.length = 0;
    this.#planned = 0;
  }

  /** Notes that something that should run is not planned here. */
  leaveOut(): void {
    this.#isIncomplete = true;
  }

  /** Whether something was left out, so that an empty frontier proves nothing. */
  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  /** The number of entries to run. */
  get planned(): number {
    return this.#planned;
  }

  /** Whether every planned entry with fewer preemptions than `preemptions` was taken. */
  isEmptyBelow(preemptions: number): boolean {
    return this.#buckets.slice(0, preemptions).every((bucket) => bucket.length === 0);
  }
}
