/** A failure is a failing execution whose history was the same in a second one. */
import type { History } from '../core/history.ts';
import type { Answer } from '../core/model.ts';
import { preemptionsOf, scheduleOf, type Schedule } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Violation } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';

export interface Failure {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
  readonly preemptions: number;
  readonly history: History;
  readonly answers: readonly (readonly Answer[])[];
  readonly violation: Violation;
  /** Judged only by operations run alone; see `Budget.unconfirmed`. */
  readonly unconfirmed?: boolean;
}

export function failureOf(
  scenario: Scenario,
  execution: LaneExecution,
  violation: Violation,
  unconfirmed: boolean,
): Failure {
  const { history, answers, choices } = execution;
  return {
    scenario,
    schedule: scheduleOf(choices),
    preemptions: preemptionsOf(choices),
    history,
    answers,
    violation,
    ...(unconfirmed && { unconfirmed }),
  };
}
