/**
 * The sweeps of a check over its scenarios, which fast-check draws: a glance at the first schedules of each, then all that
 * the budget allows of each. Small scenarios cost next to nothing, so without a number of them the budget decides: batch
 * after batch is drawn until that many schedules were run, or nothing new comes.
 */
import fc from 'fast-check';
import { Fault, messageOf } from '../core/fault.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Experiment } from './experiment.ts';
import { numericSeed } from './seed.ts';

/** This many draws in a row without a new scenario, at the largest size: there are no others, or hardly any. */
const drawsInVain = 100;

/** @param seed the one of the options, or the one that was made up */
export async function sweepOver(
  experiment: Experiment,
  seed: number | string,
): Promise<fc.RunDetails<[Scenario]>> {
  const { options, scenarios } = experiment;
  const { path, numRuns } = options;
  const property = experiment.property(untilInterrupted(experiment));
  const given = parameters(experiment, seed);
  const goOn = (details: fc.RunDetails<[Scenario]>, drawn: number): boolean => {
    const { ledger, time } = experiment;
    const exhausted = drawn >= scenarios.largestFrom + drawsInVain && ledger.drawnInVain >= drawsInVain;
    const over = details.failed || exhausted || time.over || ledger.stoppedWithoutNews !== undefined;
    return !over && ledger.schedules < options.budget;
  };
  let details = await sweepTwice(experiment, property, given);
  if (!experiment.growing || path !== undefined) return details;
  for (let drawn = numRuns; goOn(details, drawn); drawn += numRuns) {
    // As a path, the number of a draw lets fast-check go on there: the same draws from the same seed, whatever the batch.
    details = await sweepTwice(experiment, property, { ...given, path: String(drawn) });
  }
  return details;
}

async function sweepTwice(
  experiment: Experiment,
  property: fc.IAsyncPropertyWithHooks<[Scenario]>,
  given: fc.Parameters<[Scenario]>,
): Promise<fc.RunDetails<[Scenario]>> {
  const sweep = async (which: 'glance' | 'rest'): Promise<fc.RunDetails<[Scenario]>> => {
    experiment.sweep = which;
    // fast-check draws the same scenarios from the same seed: so they are known before it comes to them.
    if (experiment.executors.several) {
      await experiment.begin((after) => foreseen(property, given, after), given.numRuns ?? 1);
    }
    try {
      return endOfSweep(await fc.check(property, given));
    } catch (error) {
      if (!messageOf(error).startsWith('Unable to replay')) throw error;
      throw pathFault(given.path ?? '', error);
    } finally {
      await experiment.end();
    }
  };
  const glance = await sweep('glance');
  return glance.failed || experiment.time.aborted ? glance : sweep('rest');
}

/** Ends fast-check's runs when the check is interrupted: it would go through all that are left. */
class Interruption extends Error {
  override readonly name = 'Interruption';
}

/** Interrupts fast-check once: it then asks about smaller scenarios, which pass. */
function untilInterrupted(experiment: Experiment): (scenario: Scenario) => Promise<void> {
  let interrupted = false;
  return async (scenario) => {
    const { failure, inconclusive, broken } = experiment.ledger;
    const decided = failure !== undefined || inconclusive !== undefined || broken !== undefined;
    if (!interrupted && !decided && experiment.time.aborted) {
      interrupted = true;
      throw new Interruption();
    }
    await experiment.run(scenario);
  };
}

/** An interruption looks to fast-check like a failure, and is none. */
function endOfSweep(details: fc.RunDetails<[Scenario]>): fc.RunDetails<[Scenario]> {
  if (!(details.errorInstance instanceof Interruption)) return details;
  const none = { failed: false, counterexample: null, counterexamplePath: null, errorInstance: null };
  return { ...details, ...none } as fc.RunDetails<[Scenario]>;
}

/** Scenarios drawn at once, at least: drawing costs memory, and a check may end long before its last. */
const drawnAtOnce = 20;

/** The scenarios that fast-check will run after the first N, in its order. */
function* foreseen(
  property: fc.IAsyncPropertyWithHooks<[Scenario]>,
  given: fc.Parameters<[Scenario]>,
  after: number,
): Iterable<Scenario> {
  const numRuns = given.numRuns ?? 1;
  const from = Number(given.path ?? 0);
  // A path into a shrunk scenario is not the number of a draw.
  if (!Number.isInteger(from)) {
    yield* fc.sample(property, given).flat().slice(after);
    return;
  }
  for (let drawn = after; drawn < numRuns;) {
    // fast-check draws all before them again, so there are more at once the further it has come.
    const size = Math.min(Math.max(drawnAtOnce, drawn >> 2), numRuns - drawn);
    yield* fc.sample(property, { ...given, path: String(from + drawn), numRuns: size }).flat();
    drawn += size;
  }
}

function pathFault(path: string, cause: unknown): Fault {
  return new Fault(`the path ${path} leads nowhere`, {
    code: 'bad-path',
    kind: 'usage',
    detail: messageOf(cause),
    hint: 'a path goes with the seed, the model and the sizes with which it was found: give those, or leave it out',
    cause,
  });
}

function parameters({ options }: Experiment, seed: number | string): fc.Parameters<[Scenario]> {
  const { path, examples, fastCheck, numRuns } = options;
  return {
    ...fastCheck,
    seed: numericSeed(seed),
    numRuns,
    ...(path === undefined ? {} : { path }),
    ...(examples === undefined ? {} : { examples: examples.map((scenario): [Scenario] => [scenario]) }),
    ...(options.shrink === false ? { endOnFailure: true } : {}),
  };
}
