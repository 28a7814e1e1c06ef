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
