/** Judges one finished execution: stuck, forbidden aborts, invariants, specification, then the serial witness. */
import type { Answer, Call, Model, Observation } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import type { DatabaseState } from '../core/state.ts';
import { isAbort, type Judgement, type OperationRef, type OrderRule, type Outcome } from '../core/verdict.ts';
import type { LearnedSpecification } from './learned.ts';
import { nearestOutcome } from './nearest.ts';
import type { NamingRules } from './renaming.ts';
import { checkSpecification } from './specification.ts';
import { findWitness, fixedOf, serialOutcomes, type Question } from './witness.ts';

export interface Oracle {
  readonly model: Model;
  readonly learned: LearnedSpecification;
  readonly rules: NamingRules;
  readonly order: OrderRule;
}

/** An execution that ran to its end, as the oracle sees it. */
export interface Finished {
  readonly answers: readonly (readonly Answer[])[];
  readonly spans: readonly (readonly { readonly invoked: number; readonly returned: number }[])[];
  readonly final: DatabaseState;
}

/** More serial orders than this are not listed as evidence (3 sessions of 2 operations have 90). */
const maxListedOrders = 400;

export async function judge(
  oracle: Oracle,
  scenario: Scenario,
  start: DatabaseState,
  finished: Finished,
): Promise<Judgement> {
  const { model } = oracle;
  const observed: Outcome = { answers: finished.answers, state: finished.final };
  const calls = refsOf(scenario);

  if (model.allowAborts === false) {
    const aborted = calls.find((ref) => isAbort(answerAt(observed, ref)));
    if (aborted !== undefined) {
      const answer = answerAt(observed, aborted);
      const sqlstate = answer.kind === 'failed' ? (answer.sqlstate ?? '') : '';
      return { kind: 'violation', violation: { kind: 'abort', where: aborted, sqlstate, observed } };
    }
  }
  for (const [name, invariant] of Object.entries(model.invariants ?? {})) {
    const complaint = invariant(observationOf(scenario, observed));
    if (complaint !== undefined) {
      return { kind: 'violation', violation: { kind: 'invariant', name, complaint, observed } };
    }
  }

  const question: Question = {
    learned: oracle.learned,
    rules: oracle.rules,
    start: oracle.learned.number(start),
    sessions: scenario.sessions,
    initialMemory: () => model.memory?.() ?? {},
    order: oracle.order,
    precedes: (first, second) => precedes(finished, first, second),
    maySkip: (answer, call) => isAbort(answer) || isRefusal(model, answer, call),
  };
  if (model.specification !== undefined) {
    const violation = await checkSpecification(model.specification, question, scenario.rows);
    if (violation !== undefined) return { kind: 'violation', violation };
  }
  const witness = await findWitness(question, observed);
  if (witness !== undefined) return { kind: 'explained', witness };

  const aborted = calls.filter((ref) => {
    const answer = answerAt(observed, ref);
    const call = scenario.sessions[ref.session]?.[ref.operation];
    return isAbort(answer) || (call !== undefined && isRefusal(model, answer, call));
  });
  const { outcomes, complete } = await serialOutcomes(question, maxListedOrders, aborted);
  const nearest = nearestOutcome(observed, outcomes, oracle.rules, fixedOf(question), aborted);
  return {
    kind: 'violation',
    violation: {
      kind: 'not-serializable',
      observed,
      serial: outcomes,
      complete,
      nearest: nearest?.outcome,
      differences: nearest?.differences ?? [],
      aborted,
    },
  };
}

function isRefusal(model: Model, answer: Answer, call: Call): boolean {
  return model.refusal?.(answer, call) ?? false;
}

function refsOf(scenario: Scenario): readonly OperationRef[] {
  return scenario.sessions.flatMap((calls, session) => calls.map((_, operation) => ({ session, operation })));
}

function answerAt(outcome: Outcome, ref: OperationRef): Answer {
  return outcome.answers[ref.session]?.[ref.operation] ?? { kind: 'returned', value: undefined };
}

/** In real time: the first had returned before the second was invoked. */
function precedes(finished: Finished, first: OperationRef, second: OperationRef): boolean {
  const a = finished.spans[first.session]?.[first.operation];
  const b = finished.spans[second.session]?.[second.operation];
  return a !== undefined && b !== undefined && a.returned < b.invoked;
}

function observationOf(scenario: Scenario, observed: Outcome): Observation {
  const tables = Object.entries(observed.state.tables).map(([name, { columns, rows }]) => [
    name,
    rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
  ]);
  return {
    tables: Object.fromEntries(tables) as Observation['tables'],
    sessions: scenario.sessions.map((calls, session) =>
      calls.map((call, operation) => ({ call, answer: answerAt(observed, { session, operation }) })),
    ),
  };
}

/** For the memo of whole outcomes: executions with equal keys get equal judgements. */
export function outcomeText(finished: Finished, order: OrderRule): string {
  const spans = order === 'real-time' ? finished.spans : [];
  const tables = Object.values(finished.final.tables).map(({ rows }) => rows);
  return canonicalText([finished.answers, tables, finished.final.sequences, spans]);
}
