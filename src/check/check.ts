/** Checks a model: generates scenarios, searches their schedules, shrinks what fails. `check` returns, `assert` throws. */
import fc from 'fast-check';
import type { Model } from '../core/model.ts';
import type { CheckResult, Counterexample, Setting } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import { fewestPreemptions } from '../shrink/fewest-preemptions.ts';
import { explore } from './explore.ts';
import type { Lab } from './lab.ts';
import type { CheckOptions } from './options.ts';
import { LockstepInconclusive, LockstepViolation } from './errors.ts';
import { Experiment } from './experiment.ts';
import { numericSeed } from './seed.ts';

/** Schedules that may be run to find the fewest preemptions of the final counterexample. */
const maxSchedulesForFewest = 2_000;

/**
 * Checks that every schedule which is run has a serial witness, and returns what was found.
 *
 * @throws Fault when an option, the model or the engine is at fault; never for a violation
 */
export async function check(model: Model, options: CheckOptions): Promise<CheckResult> {
  const started = performance.now();
  const seed = options.seed ?? freshSeed();
  const experiment = new Experiment(model, { ...options, seed });
  try {
    const details = await searchTwice(experiment, parameters(options, seed));
    const lab = await experiment.lab();
    // A violation and a missing verdict are gathered; any other error that fast-check met is not about the code.
    const thrown = details.errorInstance;
    if (
      thrown !== null &&
      !(thrown instanceof LockstepViolation) &&
      !(thrown instanceof LockstepInconclusive)
    ) {
      throw thrown;
    }
    const { gathered } = experiment;
    const counterexample = gathered.failure === undefined ? undefined : await smallest(experiment, lab);
    if (counterexample === undefined && gathered.inconclusive === undefined) {
      lab.assertOperationsReturn();
      if (lab.statements === 0) {
        gathered.inconclusive = { kind: 'vacuous', detail: 'no operation sent a statement to the database' };
      }
    }
    return {
      verdict:
        counterexample !== undefined
          ? 'violated'
          : gathered.inconclusive !== undefined
            ? 'inconclusive'
            : 'holds',
      setting: lab.setting,
      coverage: gathered.coverage(lab.oracle.learned.executions),
      seed,
      path: details.counterexamplePath ?? undefined,
      counterexample,
      inconclusive: gathered.inconclusive,
      witness: gathered.witness,
      remarks: remarks(lab, lab.setting),
      durationMs: Math.round(performance.now() - started),
    };
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
  if (result.counterexample !== undefined) throw new LockstepViolation(result.counterexample);
  if (result.inconclusive !== undefined) throw new LockstepInconclusive(result.inconclusive);
  return result;
}

/** A glance at the first schedules of every scenario, then all that the budget allows of each. */
async function searchTwice(
  experiment: Experiment,
  given: fc.Parameters<[Scenario]>,
): Promise<fc.RunDetails<[Scenario]>> {
  const property = experiment.property();
  experiment.sweep = 'glance';
  const glance = await fc.check(property, given);
  if (glance.failed) return glance;
  experiment.sweep = 'rest';
  return fc.check(property, given);
}

function parameters(options: CheckOptions, seed: number | string): fc.Parameters<[Scenario]> {
  const { path, examples, fastCheck } = options;
  return {
    ...fastCheck,
    seed: numericSeed(seed),
    numRuns: options.numRuns ?? 20,
    ...(path === undefined ? {} : { path }),
    ...(examples === undefined ? {} : { examples: examples.map((scenario): [Scenario] => [scenario]) }),
    ...(options.shrink === false ? { endOnFailure: true } : {}),
  };
}

/** The schedule with the fewest preemptions for the shrunk scenario. */
async function smallest(experiment: Experiment, lab: Lab): Promise<Counterexample> {
  const { failure } = experiment.gathered;
  if (failure === undefined) throw new Error('there is no failure to make smaller');
  lab.keepAlive(true);
  const budget = { maxSchedules: maxSchedulesForFewest, expired: () => experiment.aborted };
  const fewest = await fewestPreemptions(
    async (strategy) => (await explore(lab, failure.scenario, strategy, budget)).failure,
  );
  const best = fewest.failure ?? failure;
  const shrunk = experiment.options.shrink !== false;
  const minimality = { pass: fewest.fewerPass, run: fewest.fewerRun, shrunk };
  return experiment.explained(lab, best, await experiment.counterexample(lab, best, minimality));
}

function remarks(lab: Lab, setting: Setting): readonly string[] {
  const { capabilities } = lab.lane.database;
  const found: string[] = [];
  if (!capabilities.concurrentTransactions) {
    found.push(
      `${setting.engine} has one session: an open transaction makes all others wait, so races between open ` +
        'transactions, which Postgres has, do not show here',
    );
  } else if (!capabilities.announcesWaits) {
    found.push(
      'the server lets only superusers set deadlock_timeout: which session a deadlock ends is not controlled',
    );
  }
  return found;
}

function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
