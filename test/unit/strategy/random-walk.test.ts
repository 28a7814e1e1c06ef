import { expect, test } from 'vitest';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';
import { unblocked, walk, walkAll } from '../../support/step-machine.ts';

// The rarest of the six interleavings of 2 x 2 steps has probability 1/8 or 1/4; the chance that 1,000 walks
// miss one is below 6 (7/8)^1000, about 1e-57.
test('1,000 seeds show every interleaving of 2 x 2', () => {
  const seen = new Map<string, number>();
  for (let seed = 0; seed < 1_000; seed += 1) {
    const key = walk(new RandomWalk(`${seed}`), unblocked([2, 2])).order.join('');
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(['0011', '0101', '0110', '1001', '1010', '1100']);
  // Steps are uniform, so 0011 comes with 1/4 and 0101 with 1/8; five standard deviations are 68 and 52.
  expect(Math.abs((seen.get('0011') ?? 0) - 250)).toBeLessThan(68);
  expect(Math.abs((seen.get('0101') ?? 0) - 125)).toBeLessThan(52);
});

test('so does one walk that goes on', () => {
  const walks = walkAll(new RandomWalk('one'), unblocked([2, 2]), 1_000);
  expect(new Set(walks.map(({ order }) => order.join(''))).size).toBe(6);
});
