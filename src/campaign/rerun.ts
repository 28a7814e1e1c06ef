/** Runs saved failures first: one that still fails is the result at once; one that no longer fails is removed. */
import { checkResult, nothingCovered } from '../core/check-result.ts';
import { Fault } from '../core/fault.ts';
import type { CheckResult, Counterexample } from '../core/result.ts';
import { knownFailureRemark } from '../report/remark-text.ts';
import type { Executor } from './executor.ts';
import { removeFailure, savedFailures, type FailureOnDisk } from './failures.ts';
import type { CheckJob, ReplayAnswer } from './job.ts';

/** The news of a saved failure that does not fail now. */
export type FailureNews =
  /** There was no verdict this time; it is kept. */
  | { readonly kind: 'no-verdict'; readonly file: string }
  | { readonly kind: 'passes'; readonly file: string; readonly removed: boolean }
  /** The schedule or the line no longer fits the code. */
  | { readonly kind: 'outdated'; readonly file: string; readonly removed: boolean; readonly why: string };

export interface RerunOptions {
  /** The folder of the reports: failures are in its folder `failures`. */
  readonly reports: string;
  readonly stopped: () => boolean;
  readonly onNews: (news: FailureNews) => void;
}

/** The codes of faults of a saved failure itself, not of the machine. */
const outdated: ReadonlySet<string> = new Set(['schedule-does-not-fit', 'other-model', 'bad-replay-line']);

/** The result if a saved failure of this job's model and setting still fails, else undefined. */
export async function rerun(
  executor: Executor,
  job: CheckJob,
  { reports, stopped, onNews }: RerunOptions,
): Promise<CheckResult | undefined> {
  for (const saved of savedFailures(reports)) {
    if (stopped()) return undefined;
    if (!fits(saved, job)) continue;
    const { file } = saved;
    const replayed = await replaySaved(executor, job, saved, onNews);
    if (replayed === undefined) continue;
    if (replayed.counterexample !== undefined) return asResult(replayed.counterexample, saved);
    if (replayed.inconclusive !== undefined) onNews({ kind: 'no-verdict', file });
    else onNews({ kind: 'passes', file, removed: removeFailure(file) });
  }
  return undefined;
}

function fits({ failure }: FailureOnDisk, { model, engine, options }: CheckJob): boolean {
  return (
    failure.model === model.id &&
    failure.modelFile === model.file &&
    failure.driver === engine.engine &&
    failure.isolation === options.isolation &&
    failure.order === (options.order ?? 'session')
  );
}

async function replaySaved(
  executor: Executor,
  { model, engine, options: { limits = {} } }: CheckJob,
  { file, failure }: FailureOnDisk,
  onNews: (news: FailureNews) => void,
): Promise<ReplayAnswer | undefined> {
  try {
    const line = failure.replay;
    return await executor.run({ kind: 'replay', model, engine, line, options: { times: 1, limits } });
  } catch (error) {
    if (!(error instanceof Fault) || !outdated.has(error.code)) throw error;
    onNews({ kind: 'outdated', file, removed: removeFailure(file), why: error.detail ?? error.message });
    return undefined;
  }
}

function asResult(counterexample: Counterexample, { file, failure }: FailureOnDisk): CheckResult {
  return checkResult({
    setting: counterexample.setting,
    coverage: {
      ...nothingCovered,
      scenarios: 1,
      schedules: 1,
      schedulesToFirstFailure: 1,
      operations: counterexample.scenario.sessions.flat().length,
    },
    seed: failure.seed,
    path: failure.path,
    counterexample: { ...counterexample, minimality: failure.minimality },
    remarks: [knownFailureRemark(failure.foundAt, file)],
  });
}
