/** Makes counterexamples of failures, and the diagnosis that a few more executions add. */
import type { Model } from '../core/model.ts';
import type { Minimality } from '../core/minimality.ts';
import type { Counterexample } from '../core/result.ts';
import { autopsy } from './autopsy.ts';
import { explainFailure } from './explain.ts';
import type { Failure } from '../lab/failure.ts';
import type { Lab } from '../lab/lab.ts';
import { modelFileOf } from './model-file.ts';
import { formatReplayLine } from '../report/replay-line.ts';
import { Trial } from '../lab/trial.ts';

export function counterexampleOf(
  model: Model,
  { setting }: Lab,
  failure: Failure,
  minimality: Minimality,
): Counterexample {
  const { scenario, schedule, history, answers, violation } = failure;
  return {
    setting,
    modelFile: modelFileOf(model),
    promise: model.promise,
    scenario,
    schedule,
    history,
    answers,
    violation,
    minimality,
    replay: formatReplayLine(setting, scenario, schedule),
  };
}

/**
 * The anomaly's name with its evidence, and the lines that sent the statements.
 *
 * @param observing the same lab, or another one that observes statements
 * @param explains false leaves out the name and its evidence, which take up to sixty executions
 */
export async function diagnosis(
  lab: Lab,
  failure: Failure,
  observing: Lab,
  explains: boolean,
): Promise<Pick<Counterexample, 'explanation' | 'locations'>> {
  const rerun = await autopsy(await Trial.on(observing, failure.scenario), failure);
  const { locations } = rerun;
  if (!explains) return { locations };
  const explanation = await explainFailure(await Trial.on(lab, failure.scenario), failure, rerun);
  return { explanation, locations };
}
