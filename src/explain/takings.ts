/**
 * Values from sequences and clocks are taken before they are committed, so the new row with the smaller value may become
 * visible after the one with the greater value. A reader of "everything after the last one that I saw" then misses it for
 * ever.
 */
import type { OperationRef } from '../core/verdict.ts';
import { sameOperation, type Knowledge } from './observed.ts';
import type { Line } from './versions.ts';

/** `from` took the smaller value for its row, `to` the greater one for another row of the same table. */
export interface Taking {
  readonly kind: 'sequence';
  readonly from: OperationRef;
  readonly to: OperationRef;
  readonly smaller: Line;
  readonly greater: Line;
}

export function takingsOf(lines: readonly Line[], knowledge: Knowledge): readonly Taking[] {
  return lines.flatMap((smaller) =>
    lines.flatMap((greater): Taking[] => {
      const [from, to] = [smaller.versions[1]?.by?.ref, greater.versions[1]?.by?.ref];
      if (from === undefined || to === undefined || sameOperation(from, to)) return [];
      return isBefore(smaller, greater, knowledge) ? [{ kind: 'sequence', from, to, smaller, greater }] : [];
    }),
  );
}

/** Both lines begin with a new row. */
function isBefore(one: Line, two: Line, knowledge: Knowledge): boolean {
  const [a, b] = [one, two].map(({ versions }) =>
    versions[0]?.row === undefined ? versions[1]?.row : undefined,
  );
  if (one.table !== two.table || a === undefined || b === undefined) return false;
  const [first, second] = [knowledge.values(one.table, a), knowledge.values(two.table, b)];
  return knowledge.growing(one.table).some((column) => isSmaller(first[column], second[column]));
}

function isSmaller(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  // Clock values, as JSON shows them, are texts of one form.
  return typeof a === 'string' && typeof b === 'string' && a.length === b.length && a < b;
}
