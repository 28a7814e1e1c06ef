/** The number of ways to interleave sessions of these lengths, if none ever waits: the multinomial. */
export function interleavings(steps: readonly number[]): number {
  let total = 0;
  let count = 1;
  for (const own of steps) {
    for (let step = 1; step <= own; step += 1) {
      total += 1;
      count = (count * total) / step;
    }
  }
  return Math.round(count);
}
