/** Observes the executions of one scenario for a strategy that learns from them. */
import type { LaneExecution } from '../engine/lane.ts';
import type { ObservedStep, Observer } from '../footprint/observer.ts';
import type { Strategy } from '../strategy/contract.ts';

/** Sessions that meet inside the process depend on what no footprint shows. */
function meetsInProcess({ history, usedShared }: LaneExecution): boolean {
  return usedShared || history.some((event) => event.kind === 'outside');
}

/** Tells the strategy what the execution's steps touched; returns the steps. */
export async function observe(
  observer: Observer,
  strategy: Strategy,
  execution: LaneExecution,
): Promise<readonly ObservedStep[]> {
  const { dependence } = observer;
  const steps = await observer.observe(execution);
  if (meetsInProcess(execution)) dependence.distrust();
  strategy.learn?.({
    steps,
    dependent: (first, second) => {
      const [a, b] = [steps[first], steps[second]];
      return a === undefined || b === undefined || dependence.dependent(a, b);
    },
    renewed: dependence.takeGrowth(),
    distrust: () => dependence.distrust(),
  });
  return steps;
}
