/** Observes the executions of a trial for a strategy that learns from them. */
import type { Scenario } from '../core/scenario.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { LaneExecution } from '../engine/lane.ts';
import type { ExecutionRecord } from '../engine/record.ts';
import type { Observable, Observation, Observer } from '../footprint/observer.ts';
import type { Strategy } from '../strategy/contract.ts';
import type { Trace } from '../strategy/trace.ts';
import type { ConflictingPair, ConflictingStep } from '../tally/conflict-orders.ts';
import type { Trial } from '../lab/trial.ts';

/** Whether sessions may have met inside the process: no footprint shows how they depend on each other there. */
function meetsInProcess({ history, usedShared }: Pick<ExecutionRecord, 'history' | 'usedShared'>): boolean {
  return usedShared || history.some((event) => event.kind === 'outside');
}

/**
 * Runs the schedule that the strategy chooses. A strategy that learns gets to know what the steps touched; the observer
 * works that out while the lane reads the final state from the database.
 */
export async function runObserved(
  trial: Trial,
  strategy: Strategy,
): Promise<{ readonly execution: LaneExecution; readonly observation: Observation | undefined }> {
  const observer = strategy.learn === undefined ? undefined : await trial.observer();
  let observation: Observation | undefined;
  const meanwhile = async (record: ExecutionRecord): Promise<void> => {
    if (observer === undefined) return;
    observation = await learnFrom(observer, record, (trace) => strategy.learn?.(trace));
  };
  const choose = (point: ChoicePoint): number => strategy.choose(point);
  const execution = await trial.run(choose, { meanwhile });
  return { execution, observation };
}

/**
 * Observes an execution, of this process or another one.
 *
 * @param learn what {@link Strategy.learn} does
 */
export async function learnFrom(
  observer: Observer,
  execution: Observable & Pick<ExecutionRecord, 'usedShared'>,
  learn: (trace: Trace) => 'contradiction' | undefined,
): Promise<Observation> {
  const { dependence } = observer;
  const observation = await observer.observe(execution);
  if (meetsInProcess(execution)) dependence.distrust();
  const conclusion = learn({
    steps: observation.steps,
    dependent: (first, second) => observation.dependent(first, second),
    // If nothing is trusted, waits are not known either.
    instead: (first, second) => (dependence.distrusted ? [first] : observation.instead(first, second)),
    renewed: dependence.takeGrowth(),
  });
  if (conclusion === 'contradiction') dependence.distrust();
  return observation;
}

/** Steps of different sessions that depend on each other, in the order in which they came. */
export function conflictsOf(
  observation: Observation,
  { sessions }: Scenario,
  { history }: Pick<ExecutionRecord, 'history'>,
): readonly ConflictingPair[] {
  const texts = new Map<number, ConflictingStep>();
  for (const event of history) {
    if (event.kind !== 'released') continue;
    const { step, session, operation, statement } = event;
    const name = sessions[session]?.[operation]?.operation ?? '';
    texts.set(step, { session, operation: name, statement: statement.text });
  }
  const { steps } = observation;
  const pairs: ConflictingPair[] = [];
  for (const [j, later] of steps.entries()) {
    const second = texts.get(later.step);
    if (second === undefined) continue;
    for (let i = 0; i < j; i += 1) {
      const earlier = steps[i];
      const first = earlier === undefined ? undefined : texts.get(earlier.step);
      if (first === undefined || first.session === second.session || !observation.dependent(i, j)) continue;
      pairs.push({ first, second });
    }
  }
  return pairs;
}
