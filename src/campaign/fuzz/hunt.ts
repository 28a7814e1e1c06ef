/** One round: a search without shrinking; a failure is shrunk only if it may be a race that is not known yet. */
import type { CheckResult, Counterexample, ViolatedResult } from '../../core/result.ts';
import type { Limits } from '../../engine/limits.ts';
import type { Progress } from '../../check/options.ts';
import type { Executor } from '../executor.ts';
import { targetOf } from '../cells.ts';
import type { CheckJob } from '../job.ts';
import { runCheck } from '../search-job.ts';
import { fingerprintOf, type Fingerprints } from './fingerprints.ts';
import { optionsOf, type Round } from './round.ts';

export interface HuntOptions {
  readonly server: string | undefined;
  readonly limits: Partial<Limits>;
  /** Schedules at most; undefined: as the round says. */
  readonly maxTotalSchedules: number | undefined;
  /** In milliseconds; undefined: no limit. */
  readonly timeBudgetMs: number | undefined;
  readonly fingerprints: Fingerprints;
  readonly idOf: (counterexample: Counterexample) => string;
  readonly stopped: () => boolean;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The catch of a round. Its first search is what counts as coverage. */
export interface Catch {
  readonly result: CheckResult;
  /** A failure whose fingerprint was not enough, after shrinking. */
  readonly shrunk: ViolatedResult | undefined;
}

export async function hunt(executor: Executor, round: Round, options: HuntOptions): Promise<Catch> {
  const { fingerprints, onProgress } = options;
  const job = jobOf(round, options);
  const result = await runCheck(executor, job, onProgress);
  if (result.verdict !== 'violated') return { result, shrunk: undefined };
  const print = fingerprintOf(result.counterexample);
  if (fingerprints.spares(print, round.seed)) return { result, shrunk: undefined };
  let id: string | undefined;
  fingerprints.begin(print);
  try {
    const shrunk = await shrink(executor, job, result, options);
    id = options.idOf(shrunk.counterexample);
    return { result, shrunk };
  } finally {
    fingerprints.end(print, id);
  }
}

/** The same failure, shrunk; as it was found, if the campaign ends or it cannot be found again. */
async function shrink(
  executor: Executor,
  job: CheckJob,
  found: ViolatedResult,
  { stopped, onProgress }: HuntOptions,
): Promise<ViolatedResult> {
  const { path } = found;
  if (stopped()) return found;
  const { maxTotalSchedules: _, timeBudgetMs: __, ...options } = job.options;
  try {
    const result = await runCheck(
      executor,
      { ...job, options: { ...options, path, shrink: true } },
      onProgress,
    );
    return result.verdict === 'violated' ? result : found;
  } catch (error) {
    if (stopped()) return found;
    throw error;
  }
}

function jobOf(round: Round, { server, limits, maxTotalSchedules, timeBudgetMs }: HuntOptions): CheckJob {
  const { model, engine } = round.target;
  const options = { ...optionsOf(round), maxTotalSchedules, timeBudgetMs, limits };
  return { kind: 'check', ...targetOf(model, engine, server), options };
}
