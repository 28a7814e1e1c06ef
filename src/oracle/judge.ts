/** Judges one finished execution: stuck, forbidden aborts, invariants, specification, then the serial witness. */
import type { Answer, Call, Model, Observation } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import type { DatabaseState } from '../core/state.ts';
import {
  isAbort,
  type Judgement,
  type OperationRef,
  type OrderRule,
  type Outcome,
  type Violation,
} from '../core/verdict.ts';
import { exactly, namedOutcome, namedRun, shapeOf, upToNames } from './comparison.ts';
import type { LearnedSpecification } from './learned.ts';
import type { NamingRules } from './generated-columns.ts';
import type { NamedOutcome } from './naming.ts';
import { variation } from './uncontrolled.ts';
import { nearestOutcome } from './nearest.ts';
import { callAt, carriedOut, type Question } from './serial.ts';
import { checkSpecification } from './specification.ts';
import type { Span } from './spans.ts';
import { fixedTexts } from './values.ts';
import { serialOutcomes, witnessOf, type LimitHit } from './witness.ts';

export interface Oracle {
  readonly model: Model;
  /** What the code does when it runs alone: learned twice, at two times, so that generated values show. */
  readonly learned: readonly [LearnedSpecification, LearnedSpecification];
  readonly rules: NamingRules;
  readonly order: OrderRule;
}

/** An execution that ran to its end, as the oracle sees it. */
export interface FinishedExecution {
  readonly answers: readonly (readonly Answer[])[];
  readonly spans: readonly (readonly { readonly invoked: number; readonly returned: number }[])[];
  readonly final: DatabaseState;
  /** When it ran. */
  readonly span: Span;
}

/** The two states that a scenario starts from: they differ only in that the second has its sequences moved. */
export type Starts = readonly [DatabaseState, DatabaseState];

/** More serial orders than this are not listed as evidence (3 sessions of 2 operations have 90). */
const maxListedOrders = 400;

/**
 * @param runAgain runs the same schedule from the second start; not called if some serial order gives exactly the observed outcome
 * @param listed whether a violation lists the serial outcomes; this runs the transitions that no search needed before
 */
export async function judge(
  oracle: Oracle,
  scenario: Scenario,
  starts: Starts,
  finished: FinishedExecution,
  runAgain: () => Promise<FinishedExecution>,
  listed = true,
): Promise<Judgement> {
  const observed: Outcome = { answers: finished.answers, state: finished.final };
  const apparent = apparentViolation(oracle.model, scenario, observed);
  if (apparent !== undefined) return { kind: 'violation', violation: apparent };
  const question = questionOf(oracle, scenario, starts, finished);
  try {
    const { specification } = oracle.model;
    if (specification !== undefined) {
      const search = checkSpecification(specification, question, scenario.rows);
      const checked = await carriedOut(search, question.worlds);
      if (checked?.kind === 'gave-up') return undecided(checked);
      if (checked !== undefined) return { kind: 'violation', violation: checked };
    }
    const exact = witnessOf(question, observed, exactly(question, observed), 1);
    const found = await carriedOut(exact, question.worlds);
    if (found.kind === 'witness') return { kind: 'explained', witness: found.witness };
    const again = await runAgain();
    const outcomes = [observed, { answers: again.answers, state: again.final }] as const;
    const named = namedOutcome(question, { outcomes, spans: [finished.span, again.span] });
    const alike = witnessOf(question, observed, upToNames(question, named), 2);
    const other = await carriedOut(alike, question.worlds);
    if (other.kind === 'witness') return { kind: 'explained', witness: other.witness };
    if (other.kind === 'gave-up') return undecided(other);
    return { kind: 'violation', violation: await unexplained(question, observed, named, listed) };
  } catch (error) {
    return variation(error);
  }
}

function undecided({ limit, after }: LimitHit): Judgement {
  return { kind: 'undecided', reason: { kind: 'limit', limit, after } };
}

/** A violation whatever the serial orders give. */
export function apparentViolation(
  model: Model,
  scenario: Scenario,
  observed: Outcome,
): Violation | undefined {
  if (model.allowAborts === false) {
    const where = refsOf(scenario).find((ref) => isAbort(answerOf(observed, ref)));
    if (where !== undefined) {
      const answer = answerOf(observed, where);
      return {
        kind: 'abort',
        where,
        sqlstate: answer.kind === 'failed' ? (answer.sqlstate ?? '') : '',
        observed,
      };
    }
  }
  for (const [name, invariant] of Object.entries(model.invariants ?? {})) {
    const complaint = invariant(observationOf(scenario, observed));
    if (complaint !== undefined) return { kind: 'invariant', name, complaint, observed };
  }
  return undefined;
}

function questionOf(
  oracle: Oracle,
  scenario: Scenario,
  starts: Starts,
  finished: FinishedExecution,
): Question {
  const { model, learned, rules, order } = oracle;
  const args = scenario.sessions.flatMap((calls) => calls.flatMap((call) => call.args));
  return {
    worlds: [
      { learned: learned[0], start: starts[0] },
      { learned: learned[1], start: starts[1] },
    ],
    rules,
    fixed: fixedTexts(starts[0], args),
    sessions: scenario.sessions,
    initialMemory: () => model.memory?.() ?? {},
    order,
    precedes: (first, second) => precedes(finished, first, second),
    maySkip: (answer, call) => isAbort(answer) || isRefusal(model, answer, call),
  };
}

/** The violation; if `listed`, with every possible serial outcome and the nearest of them. */
async function unexplained(
  question: Question,
  observed: Outcome,
  named: NamedOutcome,
  listed: boolean,
): Promise<Violation> {
  const aborted = named.answers
    .map(({ ref }) => ref)
    .filter((ref) => question.maySkip(answerOf(observed, ref), callAt(question, ref)));
  const unlisted = { serial: [], complete: false, nearest: undefined, differences: [] };
  if (!listed) return { kind: 'not-serializable', observed, ...unlisted, aborted };
  const listing = serialOutcomes(question, maxListedOrders, aborted, (node) =>
    shapeOf(namedRun(question, node)),
  );
  const { runs, complete } = await carriedOut(listing, question.worlds);
  const candidates = runs.map(({ node, ...outcome }) => ({ outcome, named: namedRun(question, node) }));
  const nearest = nearestOutcome({ outcome: observed, named }, candidates);
  return {
    kind: 'not-serializable',
    observed,
    serial: candidates.map(({ outcome }) => outcome),
    complete,
    nearest: nearest?.outcome,
    differences: nearest?.differences ?? [],
    aborted,
  };
}

function isRefusal(model: Model, answer: Answer, call: Call): boolean {
  return model.refusal?.(answer, call) ?? false;
}

function refsOf(scenario: Scenario): readonly OperationRef[] {
  return scenario.sessions.flatMap((calls, session) => calls.map((_, operation) => ({ session, operation })));
}

function answerOf(outcome: Outcome, ref: OperationRef): Answer {
  return outcome.answers[ref.session]?.[ref.operation] ?? { kind: 'returned', value: undefined };
}

/** Whether, in real time, the first had returned before the second was invoked. */
function precedes(finished: FinishedExecution, first: OperationRef, second: OperationRef): boolean {
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
      calls.map((call, operation) => ({ call, answer: answerOf(observed, { session, operation }) })),
    ),
  };
}

/** The memo's key: executions with equal texts get equal judgements. */
export function outcomeText(finished: FinishedExecution, order: OrderRule): string {
  const spans = order === 'real-time' ? finished.spans : [];
  const tables = Object.values(finished.final.tables).map(({ rows }) => rows);
  return canonicalText([finished.answers, tables, finished.final.sequences, spans]);
}
