/** Compares outcomes of serial orders that were run whole with the observed one. */
import type { Answer } from '../core/model.ts';
import { tablesOf } from '../core/state.ts';
import type { OperationRef, Outcome, SerialOutcome, Violation } from '../core/verdict.ts';
import { sameNamed } from '../oracle/comparison.ts';
import type { NamedOutcome } from '../oracle/naming.ts';
import { nearestOutcome, type Candidate } from '../oracle/nearest.ts';

/** An outcome that was seen twice, the second time with sequences moved, so that generated values show. */
export interface Sighting {
  readonly outcome: Outcome;
  readonly named: NamedOutcome;
}

/** Whether two outcomes can be the same: each table has as many rows in both, and answers are of equal kinds. */
export function sameKinds(observed: Outcome, expected: Outcome, compared: readonly OperationRef[]): boolean {
  return (
    tablesOf(observed.state, expected.state).every(
      (name) => observed.state.tables[name]?.rows.length === expected.state.tables[name]?.rows.length,
    ) && compared.every((ref) => answerAt(observed, ref).kind === answerAt(expected, ref).kind)
  );
}

export function same(observed: Sighting, expected: Sighting, without: readonly OperationRef[]): boolean {
  const left = ({ ref }: { readonly ref: OperationRef }): boolean =>
    !without.some(({ session, operation }) => session === ref.session && operation === ref.operation);
  return sameNamed(observed.named, expected.named, left) === 'same';
}

export function violationOf(
  observed: Sighting,
  serial: readonly Candidate<SerialOutcome>[],
  aborted: readonly OperationRef[],
): Violation {
  const distinct: Candidate<SerialOutcome>[] = [];
  for (const each of serial) {
    const at = distinct.findIndex((other) => same(other, each, aborted));
    const known = distinct[at];
    if (known === undefined) distinct.push(each);
    else distinct[at] = { ...known, outcome: { ...known.outcome, orders: known.outcome.orders + 1 } };
  }
  const nearest = nearestOutcome(observed, distinct);
  return {
    kind: 'not-serializable',
    observed: observed.outcome,
    serial: distinct.map(({ outcome }) => outcome),
    complete: true,
    nearest: nearest?.outcome,
    differences: nearest?.differences ?? [],
    aborted,
  };
}

export function answerAt(outcome: Outcome, { session, operation }: OperationRef): Answer {
  return outcome.answers[session]?.[operation] ?? { kind: 'returned', value: undefined };
}
