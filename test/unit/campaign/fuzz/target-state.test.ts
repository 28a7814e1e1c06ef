/** How a target grows and cools down, from the findings of its rounds. */
import { expect, test } from 'vitest';
import { largestSize } from '../../../../src/campaign/fuzz/round.ts';
import { afterRound, untouched, type TargetState } from '../../../../src/campaign/fuzz/target-state.ts';
import { findings } from './support.ts';

function quietRounds(from: TargetState, count: number): TargetState {
  let state = from;
  for (let round = 0; round < count; round += 1) state = afterRound(state, findings({ size: state.size }));
  return state;
}

test('scenarios grow after three rounds without news, up to the largest', () => {
  expect(quietRounds(untouched, 2)).toMatchObject({ size: 0, quiet: 2 });
  expect(quietRounds(untouched, 3)).toMatchObject({ size: 1, quiet: 0 });
  expect(quietRounds(untouched, 50).size).toBe(largestSize);
});

test('news brings the size back to that of the round which had it', () => {
  const grown = quietRounds(untouched, 6);
  expect(grown.size).toBe(2);
  expect(afterRound(grown, findings({ size: 1, sights: ['x'] }))).toMatchObject({ size: 1, quiet: 0 });
  expect(afterRound(grown, findings({ size: 3, sights: ['x'] }))).toMatchObject({ size: 2, quiet: 0 });
});

test('a round of another size without news says nothing about this one', () => {
  const state = quietRounds(untouched, 2);
  expect(afterRound(state, findings({ size: 3 }))).toMatchObject({ size: 0, quiet: 2 });
});

test('a sight is news once, and its warmth halves with each round', () => {
  const first = afterRound(untouched, findings({ sights: ['x', 'y'] }));
  expect(first).toMatchObject({ warmth: 2, rounds: 1, schedules: 100 });
  const second = afterRound(first, findings({ sights: ['y', 'x'] }));
  expect(second).toMatchObject({ warmth: 1, quiet: 1, sights: first.sights });
});

test('a new race warms a target, a known one does not', () => {
  expect(afterRound(untouched, findings({ newRaces: 1 })).warmth).toBeGreaterThan(1);
  expect(afterRound(untouched, findings({ duplicates: 1 }))).toMatchObject({
    warmth: 0,
    duplicates: 1,
    quiet: 1,
  });
});
