import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleOf, type Schedule } from '../../../src/core/schedule.ts';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';
import { DoesNotFit, Replay, type ReplayMode } from '../../../src/strategy/replay.ts';
import { unblocked, walk } from '../../support/step-machine.ts';

function replayed(schedule: Schedule, mode: ReplayMode, steps: readonly number[]): readonly number[] {
  const replay = new Replay(schedule, mode);
  replay.begin();
  return walk(replay, unblocked(steps)).order;
}

test('any execution is replayed from its deviations', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), (seed, steps) => {
      const original = walk(new RandomWalk(seed), unblocked(steps));
      expect(replayed(scheduleOf(original.choices), 'strict', steps)).toEqual(original.order);
      expect(replayed(scheduleOf(original.choices), 'lenient', steps)).toEqual(original.order);
    }),
  );
});

test('it runs once', () => {
  const replay = new Replay([], 'strict');
  expect([replay.begin(), replay.begin()]).toEqual([true, false]);
});

describe('a deviation that cannot be followed', () => {
  const schedule: Schedule = [
    { step: 1, session: 1 },
    { step: 3, session: 1 },
  ];
  // s2 has one step only now, and has taken it.
  test('ends a strict replay, in words for the person who pasted it', () => {
    expect(() => replayed(schedule, 'strict', [3, 1])).toThrow(DoesNotFit);
    expect(() => replayed(schedule, 'strict', [3, 1])).toThrow(
      'at step 4 the schedule goes to s2, which cannot go there; s1 could',
    );
  });

  test('is passed over by a lenient one', () => {
    expect(replayed(schedule, 'lenient', [3, 1])).toEqual([0, 1, 0, 0]);
  });
});
