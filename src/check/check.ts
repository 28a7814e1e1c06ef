/** Checks a model: generates scenarios, searches their schedules, shrinks what fails. `check` returns, `assert` throws. */
import type { Model } from '../core/model.ts';
import type { CheckResult, Counterexample } from '../core/result.ts';
import { fewestPreemptions } from '../shrink/fewest-preemptions.ts';
import { budgetOf } from './budget.ts';
import { checkResult } from './check-result.ts';
import { LockstepInconclusive, LockstepViolation, violationOf } from './errors.ts';
import { Experiment } from './experiment.ts';
import { explore } from './explore.ts';
import type { Failure } from './failure.ts';
import type { Lab } from './lab.ts';
import { certifyFailure } from './neighbour-search.ts';
import type { CheckOptions } from './options.ts';
import { labRemarks, otherKindRemarks } from './remarks.ts';
import { sweepOver } from './sweeps.ts';
import { Trial } from './trial.ts';
import { vacuityOf } from './vacuity.ts';

/** Schedules that may be run to find the fewest preemptions of the final counterexample. */
const maxSchedulesForFewest = 2_000;

/**
 * Checks that every schedule which is run has a serial witness, and returns what was found.
 *
 * @throws Fault when an option, the model or the engine is at fault; never for a violation
 */
export async function check(model: Model, options: CheckOptions): Promise<CheckResult> {
  const seed = options.seed ?? freshSeed();
  const experiment = new Experiment(model, { ...options, seed }, options.numRuns === undefined);
  try {
    const details = await sweepOver(experiment, seed);
    const { aborted: interrupted, stopped } = experiment.time;
    const lab = await experiment.lab();
    // A violation and a missing verdict are in the ledger; any other error that fast-check met is not about the code.
    const thrown = details.errorInstance;
    if (
      thrown !== null &&
      !(thrown instanceof LockstepViolation) &&
      !(thrown instanceof LockstepInconclusive)
    ) {
      throw thrown;
    }
    const labs = await experiment.labs.all();
    const { ledger } = experiment;
    const counterexample = ledger.failure === undefined ? undefined : await smallest(experiment, lab);
    const nothingFound = counterexample === undefined && ledger.inconclusive === undefined;
    const vacuity = nothingFound
      ? vacuityOf(model, ledger.tally, options.failOnWarnings ?? false, stopped)
      : { warnings: [], inconclusive: ledger.inconclusive };
    return checkResult({
      setting: lab.setting,
      coverage: ledger.coverage(labs.reduce((sum, { learnedAlone }) => sum + learnedAlone, 0)),
      seed,
      path: details.counterexamplePath ?? undefined,
      counterexample,
      inconclusive: vacuity.inconclusive,
      witness: ledger.witness,
      remarks: [
        ...new Set(labs.flatMap(labRemarks)),
        ...otherKindRemarks(lab.setting, ledger.kinds),
        ...(interrupted ? ['interrupted before the search was over'] : []),
      ],
      warnings: vacuity.warnings,
      durationMs: experiment.time.spentMs,
    });
  } finally {
    await experiment.close();
  }
}

/**
 * Like {@link check}, and throws where the model does not hold.
 *
 * @throws LockstepViolation with the story as its message
 * @throws LockstepInconclusive when there is no verdict
 * @throws Fault when an option, the model or the engine is at fault
 */
export async function assertHolds(model: Model, options: CheckOptions): Promise<CheckResult> {
  const result = await check(model, options);
  if (result.counterexample !== undefined) throw violationOf(result.counterexample);
  if (result.inconclusive !== undefined) throw new LockstepInconclusive(result.inconclusive);
  return result;
}

/** The shrunk scenario, or a neighbour that fails too, under its schedule with the fewest preemptions. */
async function smallest(experiment: Experiment, lab: Lab): Promise<Counterexample> {
  const { ledger, time } = experiment;
  if (ledger.failure === undefined) throw new Error('there is no failure to make smaller');
  const failure = ledger.kinds.settle(ledger.failure);
  lab.keepAlive(true);
  const { certify, shrink } = experiment.options;
  const minimum = certify ? await certifyFailure(experiment, lab, failure) : undefined;
  const final = minimum?.failure ?? failure;
  const trial = await Trial.on(lab, final.scenario);
  const budget = budgetOf(maxSchedulesForFewest, () => time.aborted, ledger.kinds.on(lab));
  let others: readonly Failure[] = [];
  const fewest = await fewestPreemptions(async (strategy) => {
    const result = await explore(trial, strategy, budget);
    others = result.others;
    return result.failure;
  });
  const best = fewest.failure ?? final;
  const fewerFailOtherwise = others.some(({ preemptions }) => preemptions < best.preemptions);
  return experiment.diagnosed(lab, best, {
    fewerPreemptionsPass: fewest.fewerPass && !fewerFailOtherwise,
    fewerFailOtherwise,
    fewerRun: fewest.fewerRun,
    shrunk: shrink !== false,
    neighbours: minimum?.search,
  });
}

function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
