/** Why a search ended without a verdict: a limit, an outcome without a judgement, an operation that is no function. */
import type { Inconclusive } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Undecided } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { NotAFunction } from '../oracle/learned.ts';
import { answerVerb } from '../report/call-text.ts';
import { limitCauseText } from '../report/limit-text.ts';
import { endlessOperationText, judgementLimitText } from '../report/undecided-text.ts';
import { EndlessOperation } from './alone.ts';
import type { Lab } from './lab.ts';

export function inconclusiveJudgement(
  lab: Lab,
  scenario: Scenario,
  execution: LaneExecution,
  reason: Undecided,
): Inconclusive {
  const schedule = scheduleOf(execution.choices);
  if (reason.kind === 'limit') {
    const { kind, limit } = reason;
    return { kind, limit, detail: judgementLimitText(reason), scenario, schedule };
  }
  const { call, ...seen } = reason;
  const where = { setting: lab.setting, schedule, step: undefined };
  if (call === undefined) return { ...where, ...seen, kind: 'nondeterminism', scenario, only: 'outcome' };
  return { ...where, ...seen, kind: 'nondeterminism', scenario: { rows: scenario.rows, sessions: [[call]] } };
}

export function inconclusiveExecution(
  scenario: Scenario,
  execution: LaneExecution,
): Inconclusive | undefined {
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

/**
 * Why an expected problem leaves no verdict.
 *
 * @throws any other error: a bug, or a fault that ends the check
 */
export function inconclusiveError(lab: Lab, error: unknown, scenario: Scenario): Inconclusive {
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
  if (error instanceof EndlessOperation) {
    const alone = { rows: scenario.rows, sessions: [[error.call]] };
    const detail = endlessOperationText(error.call.operation, error.message);
    return { kind: 'limit', limit: error.limit, detail, scenario: alone, schedule: [] };
  }
  throw error;
}
