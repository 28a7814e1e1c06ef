/** One round: a hunt, and then each of its failures that may be a race that is not known yet is shrunk and explained. */
import type { Progress } from '../../check/options.ts';
import type { CheckResult, Counterexample, ViolatedResult } from '../../core/result.ts';
import { operationsOf } from '../../core/scenario.ts';
import type { Limits } from '../../engine/limits.ts';
import type { FailureLine, FindLine, HuntAnswer } from '../../hunt/answer.ts';
import { parseReplayLine } from '../../report/replay-line.ts';
import { targetOf } from '../cells.ts';
import type { Executor } from '../executor.ts';
import { runCheck, runHunt } from '../search-job.ts';
import { fingerprintOf, type Fingerprints } from './fingerprints.ts';
import { boundsOf, perScenarioOf, schedulesOf, type Round } from './round.ts';

export interface HuntOptions {
  readonly server: string | undefined;
  readonly limits: Partial<Limits>;
  /** Schedules at most; undefined: as the round says. */
  readonly maxTotalSchedules: number | undefined;
  /** In milliseconds; undefined: no limit. */
  readonly timeBudgetMs: number | undefined;
  /** Digests of sights that are no news. */
  readonly seen: readonly string[];
  /** What it goes on from, if the round is guided. */
  readonly finds: readonly FindLine[];
  readonly fingerprints: Fingerprints;
  readonly idOf: (counterexample: Counterexample) => string;
  /** Whether the race with this id is known to fail. */
  readonly isKnown: (id: string) => boolean;
  readonly stopped: () => boolean;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The catch of a round. */
export interface Catch extends Pick<HuntAnswer, 'result' | 'sights' | 'finds'> {
  /** Failures that were not spared, after shrinking. */
  readonly shrunk: readonly ViolatedResult[];
  /** Failures that were taken for known races. */
  readonly spared: number;
  /** Shrinking that ended without a verdict. */
  readonly unclear: readonly CheckResult[];
}

/** Undefined if the campaign was stopped before it was over: the next start does it again. */
export async function hunt(
  executor: Executor,
  round: Round,
  options: HuntOptions,
): Promise<Catch | undefined> {
  const { fingerprints, onProgress, stopped } = options;
  const { failures, ...answer } = await runHunt(executor, jobOf(round, options), onProgress);
  if (stopped()) return undefined;
  const shrunk: ViolatedResult[] = [];
  const unclear: CheckResult[] = [];
  let spared = 0;
  for (const failure of failures) {
    const print = fingerprintOf(round.target, failure);
    if (fingerprints.spares(print, failure.operations, options.isKnown)) {
      spared += 1;
      continue;
    }
    fingerprints.begin(print);
    let race: { id: string; operations: readonly string[] } | undefined;
    try {
      const result = await shrink(executor, round, failure, options);
      if (stopped()) return undefined;
      if (result.verdict === 'violated') {
        const { counterexample } = result;
        race = { id: options.idOf(counterexample), operations: operationsOf(counterexample.scenario) };
        shrunk.push(result);
      } else if (result.verdict === 'inconclusive') unclear.push(result);
      // Else confirming it showed that it was none.
    } finally {
      fingerprints.end(print, race);
    }
  }
  return { ...answer, shrunk, spared, unclear };
}

/** Checks its scenario, its schedule first. */
function shrink(
  executor: Executor,
  { target, seed, size }: Round,
  { line }: FailureLine,
  { server, limits, onProgress }: HuntOptions,
): Promise<CheckResult> {
  const { isolation, order } = target;
  const { scenario, schedule } = parseReplayLine(line);
  const { minSessions: min, maxSessions: max, maxOperations } = boundsOf(size);
  const options = {
    isolation,
    order,
    limits,
    seed,
    examples: [scenario],
    firstSchedules: [schedule],
    numRuns: 1,
    sessions: { min, max },
    maxOperations,
  };
  const job = { kind: 'check', ...targetOf(target.model, target.engine, server), options } as const;
  return runCheck(executor, job, onProgress);
}

function jobOf(round: Round, options: HuntOptions): Parameters<typeof runHunt>[1] {
  const { server, limits, timeBudgetMs, maxTotalSchedules = Infinity, seen, finds } = options;
  const { target, seed, size, number } = round;
  const { model, engine, isolation, order } = target;
  const guided = number === undefined;
  return {
    kind: 'hunt',
    ...targetOf(model, engine, server),
    options: { isolation, order, limits, timeBudgetMs },
    question: {
      ...boundsOf(size),
      seed,
      guided,
      schedules: Math.min(schedulesOf(round), maxTotalSchedules),
      perScenario: perScenarioOf(round),
      seen,
      finds: guided ? finds : [],
    },
  };
}
