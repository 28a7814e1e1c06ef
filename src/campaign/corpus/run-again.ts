/**
 * Runs the schedule of a race on the code as it is now, exactly. If that passes, or the code sends other statements than
 * before, it searches the schedules of its scenario.
 */
import { Fault } from '../../core/fault.ts';
import type { CheckResult, Counterexample, Inconclusive } from '../../core/result.ts';
import type { Schedule } from '../../core/schedule.ts';
import type { Limits } from '../../engine/limits.ts';
import { parseReplayLine } from '../../report/replay-line.ts';
import type { Executor } from '../executor.ts';
import type { Job } from '../job.ts';
import type { Corpus } from './corpus.ts';
import type { CorpusEntry } from './entry.ts';

export interface RerunPlace extends Pick<Job, 'model' | 'engine'> {
  readonly corpus: Corpus;
  readonly executor: Executor;
  readonly limits: Partial<Limits>;
  /** The time, in ISO 8601. */
  readonly now: string;
  /** Whether the campaign was ended: an interrupted search shows nothing about a race. */
  readonly stopped: () => boolean;
}

/** Schedules to run of the scenario; a shrunk one seldom has more. */
const maxSchedules = 1_000;

/** What came of it. */
export type Found =
  | { readonly kind: 'fails'; readonly counterexample: Counterexample; readonly exactly: boolean }
  | { readonly kind: 'passes'; readonly schedules: number; readonly exhaustive: boolean }
  | { readonly kind: 'no-verdict'; readonly inconclusive: Inconclusive }
  | { readonly kind: 'does-not-fit'; readonly why: string };

/**
 * @throws Fault of the machine, or of the model's file; StallError
 */
export async function runAgain({ replay: line }: CorpusEntry, place: RerunPlace): Promise<Found> {
  const { executor, model, engine, limits } = place;
  try {
    const replayed = await executor.run({
      kind: 'replay',
      model,
      engine,
      line,
      options: { times: 1, limits },
    });
    if (replayed.counterexample !== undefined)
      return { kind: 'fails', counterexample: replayed.counterexample, exactly: true };
    if (replayed.inconclusive !== undefined)
      return { kind: 'no-verdict', inconclusive: replayed.inconclusive };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const why = error.detail === undefined ? error.message : `${error.message}: ${error.detail}`;
    if (['other-model', 'bad-replay-line'].includes(error.code)) return { kind: 'does-not-fit', why };
    if (error.code !== 'schedule-does-not-fit') throw error;
  }
  const { counterexample, inconclusive, coverage } = await searchAgain(line, place);
  if (counterexample !== undefined) return { kind: 'fails', counterexample, exactly: false };
  if (inconclusive !== undefined) return { kind: 'no-verdict', inconclusive };
  return { kind: 'passes', schedules: coverage.schedules, exhaustive: coverage.exhaustive > 0 };
}

/**
 * Searches the schedules of a race's scenario, and shrinks the failure that it finds.
 *
 * @param firstSchedules run before all others
 */
export function searchAgain(
  line: string,
  { executor, model, engine, limits }: RerunPlace,
  firstSchedules: readonly Schedule[] = [],
): Promise<CheckResult> {
  const { scenario, isolation, order } = parseReplayLine(line);
  return executor.run({
    kind: 'check',
    model,
    engine,
    // The line is the seed, since a race that comes and goes would help nobody.
    options: {
      isolation,
      order,
      limits,
      maxSchedules,
      examples: [scenario],
      firstSchedules,
      numRuns: 1,
      seed: line,
    },
  });
}
