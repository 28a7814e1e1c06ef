/** Seeds: numbers as fast-check takes them, or texts such as `nightly-2026-11-22`, hashed with seedrandom. */
import seedrandom from 'seedrandom';

/** The 32-bit number that fast-check gets. */
export function numericSeed(seed: number | string): number {
  return typeof seed === 'number' ? seed : seedrandom.alea(`seed ${seed}`).int32();
}
