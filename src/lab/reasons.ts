/** Why a search ended without a verdict: a limit, an outcome that nobody can judge, an operation that is no function. */
import type { Inconclusive } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Undecided } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { NotAFunction } from '../oracle/learned.ts';
import { answerVerb } from '../report/call-text.ts';
import { limitCauseText } from '../report/limit-text.ts';
import { NeverEnds } from './alone.ts';
import type { Lab } from './lab.ts';

export function withoutJudgement(
  lab: Lab,
  scenario: Scenario,
  execution: LaneExecution,
  reason: Undecided,
): Inconclusive {
  const schedule = scheduleOf(execution.choices);
  if (reason.kind === 'limit') return { ...reason, scenario, schedule };
  const { call, ...seen } = reason;
  const where = { setting: lab.setting, schedule, step: undefined };
  if (call === undefined) return { ...where, ...seen, kind: 'nondeterminism', scenario, only: 'outcome' };
  return { ...where, ...seen, kind: 'nondeterminism', scenario: { rows: scenario.rows, sessions: [[call]] } };
}

export function limitHit(scenario: Scenario, execution: LaneExecution): Inconclusive | undefined {
  if (execution.end.kind !== 'gave-up') return undefined;
  const { limit, cause } = execution.end;
  return {
    kind: 'limit',
    limit,
    detail: limitCauseText(cause),
    scenario,
    schedule: scheduleOf(execution.choices),
  };
}

/** Expected problems become reasons; anything else is a bug, or a fault that ends the check. */
export function inconclusiveFrom(lab: Lab, error: unknown, scenario: Scenario): Inconclusive {
  if (error instanceof NotAFunction) {
    return {
      kind: 'nondeterminism',
      setting: lab.setting,
      scenario: { rows: scenario.rows, sessions: [[error.call]] },
      schedule: [],
      step: undefined,
      first: answerVerb(error.first),
      second: answerVerb(error.second),
    };
  }
  if (error instanceof NeverEnds) {
    const alone = { rows: scenario.rows, sessions: [[error.call]] };
    const detail = `operation ${error.call.operation}, run alone, does not end: ${error.message}`;
    return { kind: 'limit', limit: error.limit, detail, scenario: alone, schedule: [] };
  }
  throw error;
}
