/**
 * Looks at doubted moments in another second. A clock that ticks in seconds gives the same reading in two runs of a schedule,
 * and so does an expiry that is computed from it; a slot that is computed from rows is the same in any second.
 */
import { setTimeout } from 'node:timers/promises';
import type { Outcome } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { namedOutcome } from '../oracle/comparison.ts';
import type { Trial } from './trial.ts';

/**
 * Whether the schedule was run again, so that the clock's readings are known from now on.
 *
 * @param settled places that need no other look; grows
 * @throws Uncontrolled if the two runs differ in more than generated values
 */
export async function seenLater(
  trial: Trial,
  execution: LaneExecution,
  settled: Set<string>,
): Promise<boolean> {
  const { doubted } = trial.lab.places;
  const open = [...doubted].filter((place) => !settled.has(place));
  doubted.clear();
  if (open.length === 0) return false;
  for (const place of open) settled.add(place);
  const nextSecond = (Math.floor(execution.span.to / 1_000) + 1) * 1_000;
  await setTimeout(Math.max(0, nextSecond - Date.now()));
  const again = await trial.again(execution);
  const outcomeOf = ({ answers, final }: LaneExecution): Outcome => ({ answers, state: final });
  const outcomes = [outcomeOf(execution), outcomeOf(again)] as const;
  namedOutcome(trial.naming, { outcomes, spans: [execution.span, again.span] });
  return true;
}
