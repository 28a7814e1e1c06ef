/** A seeded source of random numbers for strategies; string seeds are hashed by seedrandom. */
import seedrandom from 'seedrandom';

/** A number in [0, 1). */
export type Random = () => number;

export function randomFrom(seed: string): Random {
  return seedrandom.alea(seed);
}

/** An integer in [0, below). */
export function integerBelow(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** Removes an element chosen uniformly and returns it; the last one takes its place. Undefined if there is none. */
export function takeAny<T>(random: Random, list: T[]): T | undefined {
  if (list.length === 0) return undefined;
  const index = integerBelow(random, list.length);
  const taken = list[index];
  const last = list.pop();
  if (last !== undefined && index < list.length) list[index] = last;
  return taken;
}
