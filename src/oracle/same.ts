/** Whether two answers, or two final states, are the same up to a renaming of generated values. */
import type { Answer } from '../core/model.ts';
import type { DatabaseState, TableRows } from '../core/state.ts';
import type { Names, Renaming } from './renaming.ts';

export function sameAnswer(observed: Answer, expected: Answer, renaming: Renaming): boolean {
  if (observed.kind === 'returned') {
    return expected.kind === 'returned' && renaming.value(observed.value, expected.value);
  }
  if (expected.kind !== 'failed' || observed.sqlstate !== expected.sqlstate) return false;
  // A database error's message may carry values and positions; its code and constraint say what went wrong.
  if (observed.sqlstate !== undefined) return observed.constraint === expected.constraint;
  return observed.name === expected.name && renaming.value(observed.message, expected.message);
}

/** More attempts than this at pairing rows are not made: the rows of a scenario are few. */
const maxPairings = 200_000;

/** Compares final tables as multisets of rows. On false the renaming may have grown: undo it. */
export function sameTables(
  observed: DatabaseState,
  expected: DatabaseState,
  renaming: Renaming,
  names: { readonly observed: Names; readonly expected: Names },
): boolean {
  const groups: { readonly rows: TableRows['rows']; readonly candidates: TableRows['rows'] }[] = [];
  for (const [table, { rows }] of Object.entries(observed.tables)) {
    const others = expected.tables[table]?.rows ?? [];
    if (rows.length !== others.length) return false;
    const bySignature = groupRows(others, names.expected);
    for (const [signature, group] of groupRows(rows, names.observed)) {
      const candidates = bySignature.get(signature) ?? [];
      if (candidates.length !== group.length) return false;
      groups.push({ rows: group, candidates });
    }
  }
  // Small groups first: they fix names that decide the larger ones.
  groups.sort((a, b) => a.rows.length - b.rows.length);
  const pairs = groups.flatMap(({ rows, candidates }) => rows.map((row) => ({ row, candidates })));
  const used = new Set<readonly unknown[]>();
  let attempts = 0;
  const pair = (index: number): boolean => {
    const next = pairs[index];
    if (next === undefined) return true;
    for (const candidate of next.candidates) {
      if (used.has(candidate) || ++attempts > maxPairings) continue;
      const mark = renaming.mark();
      used.add(candidate);
      if (next.row.every((value, column) => renaming.leaf(value, candidate[column])) && pair(index + 1))
        return true;
      used.delete(candidate);
      renaming.undo(mark);
    }
    return false;
  };
  return pair(0);
}

/** Rows that agree in everything but generated values stand together. */
function groupRows(rows: TableRows['rows'], names: Names): Map<string, TableRows['rows'][number][]> {
  const groups = new Map<string, TableRows['rows'][number][]>();
  for (const row of rows) {
    const signature = JSON.stringify(row.map((value) => names.domain(value) ?? [value]));
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [row]);
    else group.push(row);
  }
  return groups;
}
