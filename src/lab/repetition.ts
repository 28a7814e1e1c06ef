/** Runs a schedule again from a clean state: a violation is reported only if its history repeats. */
import type { History } from '../core/history.ts';
import type { HistoryDifference } from '../core/history-difference.ts';
import type { Inconclusive } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { differenceTexts } from '../report/difference-text.ts';
import { MadeValues } from './made-values.ts';
import { historyDifference } from './same-history.ts';
import type { Trial } from './trial.ts';

/** How often a failure must repeat if chance made values: code that tosses a coin agrees with itself half the time. */
const repetitionsAfterChance = 3;

/** How often a schedule is tried until its history repeats, if the server's processes cannot be held still. */
const triesWithoutStillness = 10;

/**
 * Undefined if the history repeats. If several sessions waited at once and could not be held still, Postgres decided which
 * went on first, and the same decision may take several tries. A rare decision may not come again: then it is enough that
 * another one repeats, unless this execution is to be reported.
 */
export async function repetitionProblem(
  trial: Trial,
  execution: LaneExecution,
  what: 'passes' | 'violates',
): Promise<Inconclusive | undefined> {
  const { lab, scenario, fixed } = trial;
  const schedule = scheduleOf(execution.choices);
  const uncontrolled = lab.lane.database.stillness === undefined && severalWaited(execution.history);
  const differenceOf = (one: LaneExecution, two: LaneExecution): HistoryDifference | undefined => {
    const made = new MadeValues(scenario);
    const found = historyDifference(one, two, lab.rules, fixed, made);
    if (found === undefined) lab.note(made.places);
    return found;
  };
  const seen = [execution];
  let difference: HistoryDifference | undefined;
  let repetitions = 0;
  for (let tries = uncontrolled ? triesWithoutStillness : 1; tries > 0;) {
    const again = await trial.replay(schedule);
    const differences = seen.map((other) => differenceOf(other, again));
    const repeated = what === 'passes' ? differences : differences.slice(0, 1);
    if (repeated.includes(undefined)) {
      repetitions += 1;
      const needed = what === 'violates' && lab.places.chance ? repetitionsAfterChance : 1;
      if (repetitions === needed) return undefined;
    } else {
      tries -= 1;
      difference = differences[0];
      seen.push(again);
    }
  }
  const [, second] = seen;
  if (difference === undefined || second === undefined) return undefined;
  // Two draws may look like words of a dictionary (`maple` and `birch`). A third one shows what their place is for.
  const third = await trial.replay(schedule);
  for (const other of seen) differenceOf(other, third);
  if (lab.places.chance && differenceOf(execution, second) === undefined) return undefined;
  return { kind: 'nondeterminism', setting: lab.setting, scenario, schedule, ...differenceTexts(difference) };
}

function severalWaited(history: History): boolean {
  const waiting = new Set<number>();
  return history.some((event) => {
    if (event.kind === 'blocked') waiting.add(event.session);
    if (event.kind === 'unblocked') waiting.delete(event.session);
    return waiting.size > 1;
  });
}
