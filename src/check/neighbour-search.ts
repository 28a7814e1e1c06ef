/** Certifies a counterexample on a lab: each of its neighbours is searched exhaustively, within the options' budget. */
import { Fault } from '../core/fault.ts';
import type { Scenario } from '../core/scenario.ts';
import { certify, type LocalMinimum, type NeighbourVerdict } from '../shrink/certify.ts';
import { budgetOf } from '../search/budget.ts';
import { exhaust } from '../search/exhaust.ts';
import type { Experiment } from './experiment.ts';
import type { Failure } from '../lab/failure.ts';
import type { Lab } from '../lab/lab.ts';
import { Trial } from '../lab/trial.ts';

export function certifyFailure(
  experiment: Experiment,
  lab: Lab,
  failure: Failure,
): Promise<LocalMinimum<Failure>> {
  const { options, ledger } = experiment;
  let schedules = 0;
  return certify(failure, {
    neighbourhood: (scenario) => experiment.scenarios.neighbourhood(scenario),
    passed: ledger.passed,
    stopped: () => experiment.time.stopped,
    maxSchedulesPerNeighbour: options.maxSchedulesPerNeighbour,
    maxSchedulesToCertify: options.maxSchedulesToCertify,
    search: async (scenario, maxSchedules) => {
      const verdict = await searchOne(experiment, lab, scenario, maxSchedules);
      schedules += verdict.schedules;
      options.onProgress?.({
        scenarios: ledger.scenarios,
        schedules: ledger.schedules + schedules,
        shrinking: true,
      });
      return verdict;
    },
  });
}

async function searchOne(
  { time, ledger, confirms }: Experiment,
  lab: Lab,
  scenario: Scenario,
  maxSchedules: number,
): Promise<NeighbourVerdict<Failure>> {
  try {
    const trial = await Trial.on(lab, scenario);
    const result = await exhaust(
      trial,
      budgetOf(maxSchedules, () => time.over, ledger.kinds.acceptanceOn(lab), confirms === 'ends'),
    );
    const { schedules, failure, inconclusive, others } = result;
    if (failure !== undefined) return { kind: 'fails', schedules, failure };
    if (inconclusive !== undefined)
      return { kind: 'open', schedules, reason: { kind: 'inconclusive', inconclusive } };
    if (result.exhausted) return { kind: others.length === 0 ? 'passes' : 'fails otherwise', schedules };
    const why = time.stopped;
    const reason =
      why === undefined
        ? ({ kind: 'more-schedules' } as const)
        : ({ kind: 'stopped', why, begun: true } as const);
    return { kind: 'open', schedules, reason };
  } catch (error) {
    if (error instanceof Fault && error.kind === 'usage')
      return { kind: 'refused', schedules: 0, reason: { kind: 'refused', message: error.message } };
    throw error;
  }
}
