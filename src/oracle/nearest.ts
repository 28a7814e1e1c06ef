/** The serial outcome nearest to an observed one, and their differences. */
import { tablesOf } from '../core/state.ts';
import type { Difference, OperationRef, Outcome, SerialOutcome } from '../core/verdict.ts';
import { likeness } from './isomorphic.ts';
import type { NamedOutcome, NamedRow } from './naming.ts';

/** An outcome, and its parts as they are compared. */
export interface Candidate<Of extends Outcome = Outcome> {
  readonly outcome: Of;
  readonly named: NamedOutcome;
}

export interface Nearest {
  readonly outcome: SerialOutcome;
  readonly differences: readonly Difference[];
}

/** The outcome with the fewest differences; the first of several that are equally near. */
export function nearestOutcome(
  observed: Candidate,
  outcomes: readonly Candidate<SerialOutcome>[],
): Nearest | undefined {
  let best: Nearest | undefined;
  for (const each of outcomes) {
    const differences = differencesBetween(observed, each);
    if (best === undefined || differences.length < best.differences.length) {
      best = { outcome: each.outcome, differences };
    }
  }
  return best;
}

/** Goes part by part: a part is a difference if it does not agree together with the parts that agreed before it. */
function differencesBetween(observed: Candidate, expected: Candidate): readonly Difference[] {
  const seen: NamedRow[] = [];
  const wanted: NamedRow[] = [];
  const agrees = (one: readonly NamedRow[], two: readonly NamedRow[]): boolean => {
    if (likeness([...seen, ...one], [...wanted, ...two]) !== 'same') return false;
    seen.push(...one);
    wanted.push(...two);
    return true;
  };
  const found: Difference[] = [];
  for (const { ref, rows } of observed.named.answers) {
    const other = expected.named.answers.find((each) => sameRef(each.ref, ref));
    if (other === undefined || agrees(rows, other.rows)) continue;
    found.push({ where: ref });
  }
  // A table that one of the two does not have is empty there: that it is missing is a difference of the schema.
  for (const table of tablesOf(observed.outcome.state, expected.outcome.state)) {
    if (!agrees(rowsIn(observed, table), rowsIn(expected, table))) found.push({ where: { table } });
  }
  return found;
}

function rowsIn({ named }: Candidate, name: string): readonly NamedRow[] {
  return named.tables.find(({ table }) => table === name)?.rows ?? [];
}

function sameRef(one: OperationRef, two: OperationRef): boolean {
  return one.session === two.session && one.operation === two.operation;
}
