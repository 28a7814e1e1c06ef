/**
 * Runs every schedule of a scenario (one of each class of equivalent ones) and reports which anomalies its executions show,
 * whether or not some serial order gives the same outcome: the permissions of a level, not the promises of a model.
 */
import { Fault } from '../core/fault.ts';
import type { Answer, Call } from '../core/model.ts';
import { isAbort, type OperationRef } from '../core/verdict.ts';
import { dependenciesOf } from '../explain/dependencies.ts';
import { phenomenaOf, type Phenomenon } from '../explain/phenomena.ts';
import { Statements } from '../footprint/statements.ts';
import { exhaustiveStrategy } from './exhaust.ts';
import { runObserved } from './observation.ts';
import { knowledgeOf, observedStatements } from '../lab/observed-statements.ts';
import type { Trial } from '../lab/trial.ts';

export interface AnomalySearch {
  readonly schedules: number;
  /** Whether every schedule was run, or an equivalent one. */
  readonly exhausted: boolean;
}

/**
 * @param hadNoEffect whether a call with this answer committed nothing
 * @param show called for each execution, with its phenomena
 * @throws Fault `nothing-observed` if the engine does not report what statements touch
 */
export async function searchAnomalies(
  trial: Trial,
  maxSchedules: number,
  hadNoEffect: (call: Call, answer: Answer) => boolean,
  show: (phenomena: readonly Phenomenon[]) => void,
): Promise<AnomalySearch> {
  const { scenario, start } = trial;
  const strategy = exhaustiveStrategy(trial);
  const observer = await trial.observer();
  if (observer === undefined) {
    throw new Fault('anomalies cannot be found on this engine', {
      code: 'nothing-observed',
      kind: 'usage',
      detail: 'it does not report what statements read and write',
      hint: 'use a throw-away Postgres, or a superuser',
    });
  }
  const knowledge = knowledgeOf(observer.universe, start);
  const statements = new Statements(observer.universe);
  let schedules = 0;
  while (schedules < maxSchedules && strategy.begin()) {
    const { execution } = await runObserved(trial, strategy);
    schedules += 1;
    const observed = await observedStatements(execution, observer.universe, statements);
    const without = scenario.sessions.flatMap((calls, session) =>
      calls.flatMap((call, operation): OperationRef[] => {
        const answer = execution.answers[session]?.[operation];
        const gone = answer === undefined || isAbort(answer) || hadNoEffect(call, answer);
        return gone ? [{ session, operation }] : [];
      }),
    );
    show(phenomenaOf(dependenciesOf(observed, knowledge), knowledge, [], without));
  }
  return { schedules, exhausted: strategy.exhausted === true };
}
