/** Observes the executions of one scenario for a strategy that learns from them. */
import type { LaneExecution } from '../engine/lane.ts';
import type { Observation, Observer } from '../footprint/observer.ts';
import type { Strategy } from '../strategy/contract.ts';

/** Sessions that meet inside the process depend on what no footprint shows. */
function meetsInProcess({ history, usedShared }: LaneExecution): boolean {
  return usedShared || history.some((event) => event.kind === 'outside');
}

/** Tells the strategy what the execution's steps touched; returns the same. */
export async function observe(
  observer: Observer,
  strategy: Strategy,
  execution: LaneExecution,
): Promise<Observation> {
  const { dependence } = observer;
  const observation = await observer.observe(execution);
  if (meetsInProcess(execution)) dependence.distrust();
  strategy.learn?.({
    steps: observation.steps,
    dependent: (first, second) => observation.dependent(first, second),
    // Where nothing is trusted, what waits is not known either.
    instead: (first, second) => (dependence.distrusted ? [first] : observation.instead(first, second)),
    renewed: dependence.takeGrowth(),
    distrust: () => dependence.distrust(),
  });
  return observation;
}
