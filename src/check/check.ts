/** Checks a model: generates scenarios, searches their schedules, shrinks what fails. `check` returns, `assert` throws. */
import type { Model } from '../core/model.ts';
import type { CheckResult, Counterexample, Setting } from '../core/result.ts';
import { fewestPreemptions } from '../shrink/fewest-preemptions.ts';
import { explore, type Failure } from './explore.ts';
import type { Lab } from './lab.ts';
import type { CheckOptions } from './options.ts';
import { LockstepInconclusive, LockstepViolation, violationOf } from './errors.ts';
import { Experiment } from './experiment.ts';
import type { Gathered } from './gathered.ts';
import { otherViolationText } from '../report/violation-text.ts';
import { formatReplayLine } from './replay-line.ts';
import { certifyFailure } from './neighbour-search.ts';
import { locate } from './locate.ts';
import { sweepOver } from './sweeps.ts';
import { vacuityOf } from './vacuity.ts';

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
  const experiment = new Experiment(model, { ...options, seed }, options.numRuns === undefined);
  try {
    const details = await sweepOver(experiment, seed);
    const { aborted: interrupted, stopped } = experiment;
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
    const labs = await experiment.labs.all();
    const { gathered } = experiment;
    const counterexample = gathered.failure === undefined ? undefined : await smallest(experiment, lab);
    const nothingFound = counterexample === undefined && gathered.inconclusive === undefined;
    const vacuity = nothingFound
      ? vacuityOf(model, gathered.interacted, options.failOnWarnings ?? false, stopped)
      : { warnings: [], inconclusive: gathered.inconclusive };
    return {
      verdict:
        counterexample !== undefined
          ? 'violated'
          : vacuity.inconclusive !== undefined
            ? 'inconclusive'
            : 'holds',
      setting: lab.setting,
      coverage: gathered.coverage(labs.reduce((sum, { learnedAlone }) => sum + learnedAlone, 0)),
      seed,
      path: details.counterexamplePath ?? undefined,
      counterexample,
      inconclusive: vacuity.inconclusive,
      witness: gathered.witness,
      remarks: [
        ...new Set(labs.flatMap((each) => remarks(each, each.setting))),
        ...othersMet(lab.setting, gathered),
        ...(interrupted ? ['interrupted before the search was over'] : []),
      ],
      warnings: vacuity.warnings,
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
  if (result.counterexample !== undefined) throw violationOf(result.counterexample);
  if (result.inconclusive !== undefined) throw new LockstepInconclusive(result.inconclusive);
  return result;
}

/** The shrunk scenario, or a neighbour that fails too, under its schedule with the fewest preemptions. */
async function smallest(experiment: Experiment, lab: Lab): Promise<Counterexample> {
  const { gathered } = experiment;
  if (gathered.failure === undefined) throw new Error('there is no failure to make smaller');
  const failure = gathered.kinds.settle(gathered.failure);
  lab.keepAlive(true);
  const { certify, shrink } = experiment.options;
  const certified = certify ? await certifyFailure(experiment, lab, failure) : undefined;
  const final = certified?.failure ?? failure;
  const expired = (): boolean => experiment.aborted;
  const budget = { maxSchedules: maxSchedulesForFewest, expired, ...gathered.kinds.on(lab) };
  let others: readonly Failure[] = [];
  const fewest = await fewestPreemptions(async (strategy) => {
    const result = await explore(lab, final.scenario, strategy, budget);
    others = result.others;
    return result.failure;
  });
  const best = fewest.failure ?? final;
  const otherwise = others.some(({ preemptions }) => preemptions < best.preemptions);
  const counterexample = await experiment.counterexample(lab, best, {
    pass: fewest.fewerPass && !otherwise,
    otherwise,
    run: fewest.fewerRun,
    shrunk: shrink !== false,
    neighbours: certified?.search,
  });
  const explained = await experiment.explained(lab, best, counterexample);
  return { ...explained, locations: await locate(lab, best) };
}

/** Violations of other kinds that were met while the counterexample was made smaller: none is lost. */
function othersMet(setting: Setting, { kinds: { others } }: Gathered): readonly string[] {
  return [...others.values()].map(({ kind: { anomaly }, failure }) =>
    otherViolationText(
      { setting, violation: failure.violation, anomaly },
      formatReplayLine(setting, failure.scenario, failure.schedule),
    ),
  );
}

/** What a reader should know of the engine, whatever was found. */
export function remarks(lab: Lab, setting: Setting): readonly string[] {
  const { capabilities } = lab.lane.database;
  const found: string[] = [...keptRemarks(lab)];
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

function keptRemarks(lab: Lab): readonly string[] {
  const found = [...lab.kept].map(
    ([operation, kept]) => `${operation} leaves ${[...kept.keys()].sort().join(' and ')} behind`,
  );
  if (found.length === 0 && lab.misled) found.push('what an operation does depends on more than the tables');
  return found.map((what) => `${what}: where that matters, serial orders were run whole to compare with`);
}
