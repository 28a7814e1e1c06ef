/** A failing execution, confirmed by a second one. */
import type { History } from '../core/history.ts';
import type { Answer } from '../core/model.ts';
import { isPreemption, type Schedule } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Violation } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { Lab } from './lab.ts';

export interface Failure {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
  readonly preemptions: number;
  readonly history: History;
  readonly answers: readonly (readonly Answer[])[];
  readonly violation: Violation;
}

export function failureOf(scenario: Scenario, execution: LaneExecution, violation: Violation): Failure {
  const { history, answers, choices } = execution;
  return {
    scenario,
    schedule: Lab.scheduleOf(execution),
    preemptions: choices.filter(({ point, chosen }) => isPreemption(point, chosen)).length,
    history,
    answers,
    violation,
  };
}
