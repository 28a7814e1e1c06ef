/** Checks a model: generates scenarios, searches their schedules, shrinks a failure. `check` returns, `assert` throws. */
import type { Model } from '../core/model.ts';
import type { CheckResult, Counterexample, HeldResult } from '../core/result.ts';
import { fewestPreemptions } from '../shrink/fewest-preemptions.ts';
import { Replay } from '../strategy/replay.ts';
import { budgetOf, TimeBudget } from '../search/budget.ts';
import { closedAfter } from '../core/closed-after.ts';
import { checkResult } from '../core/check-result.ts';
import { LockstepInconclusive, LockstepViolation, violationOf } from './errors.ts';
import { diagnosedCounterexample } from './diagnosed-counterexample.ts';
import { Experiment } from './experiment.ts';
import { explore } from '../search/explore.ts';
import type { Failure } from '../lab/failure.ts';
import type { Lab } from '../lab/lab.ts';
import { certifyFailure } from './neighbour-search.ts';
import type { CheckOptions } from './options.ts';
import { recordedOptions } from './recorded-options.ts';
import { interruptedRemark } from '../report/remark-text.ts';
import { madeRemarks } from '../lab/remarks.ts';
import { otherKindRemarks } from './remarks.ts';
import type { OpenHelper } from '../search/scenario-executor.ts';
import { sweepOver } from './sweeps.ts';
import { Trial } from '../lab/trial.ts';
import { vacuityOf } from '../tally/vacuity.ts';

/** Schedules that may be run to find the fewest preemptions of the final counterexample. */
const maxSchedulesForFewest = 2_000;

/**
 * Checks that every schedule which is run has a serial witness, and returns the result.
 *
 * @throws Fault if an option, the model or the engine is at fault; never for a violation
 */
export function check(model: Model, options: CheckOptions): Promise<CheckResult> {
  return checkWithHelpers(model, options, []);
}

/**
 * Like {@link check}, with helpers in other processes that search scenarios, too.
 *
 * @throws Fault as `check`, and any error of a helper
 */
export async function checkWithHelpers(
  model: Model,
  options: CheckOptions,
  helpers: readonly OpenHelper[],
): Promise<CheckResult> {
  const asked = { ...options, seed: options.seed ?? freshSeed() };
  const time = new TimeBudget(asked);
  const result = await attempt(model, asked, 'ends', helpers);
  if (result !== undefined) return result;
  // Hardly ever: an unconfirmed failure on the way was none. So check again from the beginning, and confirm each failure.
  const { timeBudgetMs = Infinity } = asked;
  const again = await attempt(model, asked, 'each', helpers, Math.max(1, timeBudgetMs - time.spentMs));
  if (again === undefined) throw new Error('a failure that was confirmed could not be confirmed');
  return again;
}

/**
 * Undefined if the last failure could not be confirmed, and there is time for another attempt.
 *
 * @param timeLeftMs of the time budget. Default: all of it
 */
async function attempt(
  model: Model,
  asked: CheckOptions & { readonly seed: number | string },
  confirms: 'each' | 'ends',
  helpers: readonly OpenHelper[],
  timeLeftMs?: number,
): Promise<CheckResult | undefined> {
  const { seed } = asked;
  const options = timeLeftMs === undefined ? asked : { ...asked, timeBudgetMs: timeLeftMs };
  const experiment = new Experiment(model, options, asked.numRuns === undefined, confirms, helpers);
  return closedAfter(experiment, async () => {
    const details = await sweepOver(experiment, seed);
    const { aborted: interrupted, stopped } = experiment.time;
    const lab = await experiment.lab();
    // Violations and missing verdicts are in the ledger; any other error is not about the code under test.
    const thrown = details.errorInstance;
    if (
      thrown !== null &&
      !(thrown instanceof LockstepViolation) &&
      !(thrown instanceof LockstepInconclusive)
    ) {
      throw thrown;
    }
    const { ledger } = experiment;
    let counterexample: Counterexample | undefined;
    if (ledger.failure !== undefined) {
      counterexample = await smallestCounterexample(experiment, lab);
      if (counterexample === undefined && !experiment.time.over) return undefined;
      counterexample ??= await diagnosedCounterexample(experiment, lab, ledger.returnToFirst());
    }
    const nothingFound = counterexample === undefined && ledger.inconclusive === undefined;
    const vacuity = nothingFound
      ? vacuityOf(model, ledger.tally, asked.failOnWarnings ?? false, stopped)
      : { warnings: [], inconclusive: ledger.inconclusive };
    const accounts = experiment.executors.open.map(({ account }) => account);
    return checkResult({
      setting: lab.setting,
      coverage: ledger.coverage(accounts.reduce((sum, { learned }) => sum + learned, 0)),
      tally: ledger.tally.counts,
      seed,
      options: recordedOptions(experiment.options, asked),
      path: details.counterexamplePath ?? undefined,
      counterexample,
      inconclusive: vacuity.inconclusive,
      witness: ledger.witness,
      remarks: [
        ...new Set(accounts.flatMap(({ remarks }) => remarks)),
        ...madeRemarks(accounts.flatMap(({ made }) => made)),
        ...otherKindRemarks(lab.setting, ledger.kinds),
        ...(interrupted ? [interruptedRemark] : []),
      ],
      warnings: vacuity.warnings,
      durationMs: experiment.time.spentMs,
    });
  });
}

/**
 * Like {@link check}, and throws if the model does not hold.
 *
 * @throws LockstepViolation with the story as its message
 * @throws LockstepInconclusive if there is no verdict
 * @throws Fault if an option, the model or the engine is at fault
 */
export async function assertHolds(model: Model, options: CheckOptions): Promise<HeldResult> {
  const result = await check(model, options);
  switch (result.verdict) {
    case 'holds':
      return result;
    case 'violated':
      throw violationOf(result.counterexample);
    case 'inconclusive':
      throw new LockstepInconclusive(result.inconclusive);
  }
}

/**
 * The shrunk scenario, or a neighbour that fails too, under its schedule with the fewest preemptions; undefined if that
 * failure is not confirmed.
 */
async function smallestCounterexample(experiment: Experiment, lab: Lab): Promise<Counterexample | undefined> {
  const { ledger, time } = experiment;
  if (ledger.failure === undefined) throw new Error('there is no failure to make smaller');
  const failure = ledger.kinds.select(ledger.failure);
  lab.keepAlive(true);
  const { certify, shrink } = experiment.options;
  const minimum = certify ? await certifyFailure(experiment, lab, failure) : undefined;
  const final = minimum?.failure ?? failure;
  const trial = await Trial.on(lab, final.scenario);
  const budget = budgetOf(maxSchedulesForFewest, () => time.aborted, ledger.kinds.acceptanceOn(lab));
  let others: readonly Failure[] = [];
  const fewest = await fewestPreemptions(async (strategy) => {
    const result = await explore(trial, strategy, budget);
    others = result.others;
    return result.failure;
  });
  const best = await confirm(trial, fewest.failure ?? final);
  if (best === undefined) return undefined;
  const fewerFailOtherwise = others.some(({ preemptions }) => preemptions < best.preemptions);
  return diagnosedCounterexample(experiment, lab, best, {
    fewerPreemptionsPass: fewest.fewerPass && !fewerFailOtherwise,
    fewerFailOtherwise,
    fewerRun: fewest.fewerRun,
    shrunk: shrink !== false,
    neighbours: minimum?.search,
  });
}

/** The failure, confirmed; undefined if it turns out to be none. */
async function confirm(trial: Trial, failure: Failure): Promise<Failure | undefined> {
  if (failure.unconfirmed !== true) return failure;
  return (await explore(trial, new Replay(failure.schedule, 'lenient'), budgetOf(1))).failure;
}

function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
