/** Certifies a counterexample on a lab: each of its neighbours is searched exhaustively, within the options' budget. */
import { Fault } from '../core/fault.ts';
import type { Scenario } from '../core/scenario.ts';
import { inconclusiveReason } from '../report/inconclusive-text.ts';
import { certify, type Certified, type NeighbourVerdict } from '../shrink/certify.ts';
import { exhaustiveStrategy } from './exhaustive-strategy.ts';
import type { Experiment } from './experiment.ts';
import { explore, type Failure } from './explore.ts';
import type { Lab } from './lab.ts';

export function certifyFailure(
  experiment: Experiment,
  lab: Lab,
  failure: Failure,
): Promise<Certified<Failure>> {
  const { options, gathered } = experiment;
  const stopped = (): string | undefined => experiment.stopped;
  let schedules = 0;
  return certify(failure, {
    neighbourhood: (scenario) => experiment.scenarios.neighbourhood(scenario),
    passed: gathered.passed,
    stopped,
    maxSchedulesPerNeighbour: options.maxSchedulesPerNeighbour,
    maxSchedulesToCertify: options.maxSchedulesToCertify,
    search: async (scenario, maxSchedules) => {
      const verdict = await searchOne(experiment, lab, scenario, maxSchedules, stopped);
      schedules += verdict.schedules;
      options.onProgress?.({
        scenarios: gathered.scenarios,
        schedules: gathered.schedules + schedules,
        shrinking: true,
      });
      return verdict;
    },
  });
}

async function searchOne(
  experiment: Experiment,
  lab: Lab,
  scenario: Scenario,
  maxSchedules: number,
  stopped: () => string | undefined,
): Promise<NeighbourVerdict<Failure>> {
  try {
    const budget = {
      maxSchedules,
      expired: () => stopped() !== undefined,
      ...experiment.gathered.kinds.on(lab),
    };
    const result = await explore(lab, scenario, exhaustiveStrategy(lab, scenario), budget);
    const { schedules, failure, inconclusive, others } = result;
    if (failure !== undefined) return { kind: 'fails', schedules, failure };
    if (inconclusive !== undefined)
      return { kind: 'open', schedules, reason: inconclusiveReason(inconclusive) };
    if (result.exhausted) return { kind: others.length === 0 ? 'passes' : 'fails otherwise', schedules };
    return { kind: 'open', schedules, reason: stopped() ?? 'it has more schedules than could be run' };
  } catch (error) {
    if (error instanceof Fault && error.kind === 'usage')
      return { kind: 'refused', schedules: 0, reason: error.message };
    throw error;
  }
}
