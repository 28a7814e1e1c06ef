/** The serial outcome nearest to an observed one, and where the two differ. */
import type { Answer } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Difference, OperationRef, Outcome, SerialOutcome } from '../core/verdict.ts';
import { Names, Renaming, type NamingRules } from './renaming.ts';
import { sameAnswer, sameTables } from './same.ts';

export interface Nearest {
  readonly outcome: SerialOutcome;
  readonly differences: readonly Difference[];
}

/**
 * The outcome with the fewest differences; the first of them where several are as near.
 *
 * @param leftOut operations that had no effect in the serial outcomes: their answers are not compared
 */
export function nearestOutcome(
  observed: Outcome,
  outcomes: readonly SerialOutcome[],
  rules: NamingRules,
  fixed: ReadonlySet<string>,
  leftOut: readonly OperationRef[],
): Nearest | undefined {
  let best: Nearest | undefined;
  for (const outcome of outcomes) {
    const differences = differencesBetween(observed, outcome, rules, fixed, leftOut);
    if (best === undefined || differences.length < best.differences.length) best = { outcome, differences };
  }
  return best;
}

function differencesBetween(
  observed: Outcome,
  expected: Outcome,
  rules: NamingRules,
  fixed: ReadonlySet<string>,
  leftOut: readonly OperationRef[],
): readonly Difference[] {
  const names = {
    observed: new Names(rules, observed.state, fixed),
    expected: new Names(rules, expected.state, fixed),
  };
  const renaming = new Renaming(names.observed, names.expected);
  const found: Difference[] = [];
  observed.answers.forEach((answers, session) =>
    answers.forEach((answer, operation) => {
      const wanted = expected.answers[session]?.[operation];
      if (wanted === undefined) return;
      if (leftOut.some((ref) => ref.session === session && ref.operation === operation)) return;
      const mark = renaming.mark();
      if (sameAnswer(answer, wanted, renaming)) return;
      renaming.undo(mark);
      found.push({
        where: { session, operation },
        observed: answerText(answer),
        expected: answerText(wanted),
      });
    }),
  );
  for (const [table, rows] of Object.entries(observed.state.tables)) {
    const other = expected.state.tables[table];
    if (other === undefined) continue;
    const mark = renaming.mark();
    const one = { sequences: observed.state.sequences, tables: { [table]: rows } };
    const two = { sequences: expected.state.sequences, tables: { [table]: other } };
    if (sameTables(one, two, renaming, names)) continue;
    renaming.undo(mark);
    found.push({ where: { table }, observed: rowsText(rows), expected: rowsText(other) });
  }
  return found;
}

/** An answer as people read it. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'returned') return answer.value === undefined ? 'nothing' : canonicalText(answer.value);
  const code = answer.sqlstate === undefined ? answer.name : `error ${answer.sqlstate}`;
  const constraint = answer.constraint === undefined ? '' : ` (${answer.constraint})`;
  return answer.sqlstate === undefined ? `${code}: ${answer.message}` : `${code}${constraint}`;
}

function rowsText(table: {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}): string {
  if (table.rows.length === 0) return 'no rows';
  return [...table.rows]
    .map((row) => `(${row.map((value) => value ?? 'null').join(', ')})`)
    .sort()
    .join(' ');
}
