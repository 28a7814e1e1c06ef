/** The counterexample of a check, with its name, evidence and call sites from a few more executions. */
import type { Counterexample } from '../core/result.ts';
import { counterexampleOf, diagnosis } from '../diagnosis/counterexample.ts';
import { minimalityOf, noMinimalitySearch, type MinimalitySearch } from '../diagnosis/minimality-search.ts';
import type { Failure } from '../lab/failure.ts';
import { Lab } from '../lab/lab.ts';
import type { Experiment } from './experiment.ts';

/** @param search for anything smaller; by default there was none */
export async function diagnosedCounterexample(
  experiment: Experiment,
  lab: Lab,
  failure: Failure,
  search: MinimalitySearch = noMinimalitySearch,
): Promise<Counterexample> {
  const { model, ledger, time } = experiment;
  const counterexample = counterexampleOf(model, lab, failure, minimalityOf(failure, search, ledger));
  if (time.aborted) return { ...counterexample, ...(await diagnosis(lab, failure, lab, false)) };
  const observing = await observingLab(experiment, lab);
  try {
    return { ...counterexample, ...(await diagnosis(lab, failure, observing, true)) };
  } finally {
    if (observing !== lab) await observing.close();
  }
}

/** The lab itself if it observes, or if the engine does not report what statements touch; else another one. */
async function observingLab({ model, options }: Experiment, lab: Lab): Promise<Lab> {
  if (lab.lane.observed || !lab.lane.database.capabilities.reportsPlans) return lab;
  return Lab.open(model, options);
}
