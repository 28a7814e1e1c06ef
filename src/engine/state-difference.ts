/** The difference between two states of one database: the parts to write so that one becomes the other. */
import type { DatabaseState, TableRows } from '../core/state.ts';
import type { Catalog } from './catalog.ts';
import type { Rewrite } from './loading.ts';

/** Tables and sequences in which two states differ. */
export type Difference = Omit<Rewrite, 'truncate'>;

export function differenceOf(catalog: Catalog, known: DatabaseState, wanted: DatabaseState): Difference {
  return {
    tables: catalog.tables.filter(
      (table) => !sameRows(known.tables[table.name]?.rows ?? [], wanted.tables[table.name]?.rows ?? []),
    ),
    sequences: catalog.sequences.filter(
      (sequence) => known.sequences[sequence.name] !== wanted.sequences[sequence.name],
    ),
  };
}

/** The state of the database after these parts of another state were written over the first. */
export function withRestored(
  state: DatabaseState,
  restored: DatabaseState,
  parts: Difference,
): DatabaseState {
  const tables = parts.tables.map(
    ({ name }) => [name, restored.tables[name] ?? { columns: [], rows: [] }] as const,
  );
  const sequences = parts.sequences.map(({ name }) => [name, restored.sequences[name] ?? ''] as const);
  return {
    tables: { ...state.tables, ...Object.fromEntries(tables) },
    sequences: { ...state.sequences, ...Object.fromEntries(sequences) },
  };
}

function sameRows(a: TableRows['rows'], b: TableRows['rows']): boolean {
  return (
    a.length === b.length &&
    a.every((row, index) => row.every((value, column) => value === b[index]?.[column]))
  );
}
