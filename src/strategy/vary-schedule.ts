/** Variations of a schedule, for a search that goes on where a schedule showed something new. */
import type { Deviation, Schedule } from '../core/schedule.ts';
import { Branch } from './branch.ts';
import type { Strategy } from './contract.ts';
import { integerBelow, type Random } from './random.ts';
import { RandomWalk } from './random-walk.ts';
import { Replay } from './replay.ts';

export interface ScheduleSize {
  readonly sessions: number;
  /** Steps of the execution that followed it. */
  readonly steps: number;
}

/** For one execution: the schedule with a small change, or its beginning and then any way. */
export function variationOf(schedule: Schedule, size: ScheduleSize, random: Random): Strategy {
  if (integerBelow(random, 2) === 0) return new Replay(varySchedule(schedule, size, random), 'lenient');
  return new Branch(schedule, integerBelow(random, size.steps), new RandomWalk(String(random())));
}

/**
 * One small change: a deviation more, one fewer, one a little earlier or later, or only the beginning. It may not fit, so it
 * is for a lenient replay.
 */
export function varySchedule(schedule: Schedule, size: ScheduleSize, random: Random): Schedule {
  const { length } = schedule;
  const way = integerBelow(random, length === 0 ? 1 : 6);
  const at = integerBelow(random, length);
  const deviation = schedule[at];
  if (deviation === undefined || way <= 2) return withDeviation(schedule, anyDeviation(size, random));
  if (way === 3) return schedule.toSpliced(at, 1);
  if (way === 4) {
    const steps = integerBelow(random, 2) === 0 ? -1 : 1;
    const moved = { ...deviation, step: Math.max(0, deviation.step + steps) };
    return withDeviation(schedule.toSpliced(at, 1), moved);
  }
  return withDeviation(schedule.slice(0, at), anyDeviation(size, random));
}

function anyDeviation({ sessions, steps }: ScheduleSize, random: Random): Deviation {
  return { step: integerBelow(random, Math.max(1, steps)), session: integerBelow(random, sessions) };
}

/** It replaces one at the same step. */
function withDeviation(schedule: Schedule, deviation: Deviation): Schedule {
  const others = schedule.filter(({ step }) => step !== deviation.step);
  return [...others, deviation].toSorted((a, b) => a.step - b.step);
}
