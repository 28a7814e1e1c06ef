/**
 * A state is what the database holds between operations: every table's rows in physical order, as text, and
 * every sequence's position. Two sessions that read the same state see the same thing, so it is exact: rows
 * keep their physical order because a query without ORDER BY shows it. What operations changed in the schema is part of
 * it, in a form that is compared like rows: see `schemaTable`.
 */

/**
 * How values of a column are generated. `counted` values come from a sequence that cannot be moved, so they are the same in
 * every execution. `random` values never repeat, `drawn` values may, and a `lot` comes from too few values to name
 * anything.
 */
export type Generation = 'sequence' | 'counted' | 'random' | 'drawn' | 'lot' | 'clock';

export interface TableRows {
  readonly columns: readonly string[];
  /** Values as Postgres prints them; null is null. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Generated columns that the model's schema does not have, since an operation made them. */
  readonly generated?: Readonly<Record<string, Generation>>;
}

export interface DatabaseState {
  readonly tables: Readonly<Record<string, TableRows>>;
  /** Sequence name to `last_value,is_called`. */
  readonly sequences: Readonly<Record<string, string>>;
}

/** Equal keys mean equal states. */
export function stateKey(state: DatabaseState): string {
  return JSON.stringify([
    Object.entries(state.tables).map(([name, table]) => [name, table.rows]),
    state.sequences,
  ]);
}

/** The names of the tables that one of these states has, each once. */
export function tablesOf(...states: readonly (DatabaseState | undefined)[]): readonly string[] {
  return [...new Set(states.flatMap((state) => Object.keys(state?.tables ?? {})))];
}

/** The name of large objects among the tables of a state, as in Postgres's catalog. */
export const largeObjects = 'pg_largeobject';

/**
 * The name, among the tables of a state, of the objects in which its schema differs from the model's: one row each, with
 * `added`, `altered` or `dropped`, and its definition unless it is gone. Absent if the schema is the model's.
 */
export const schemaTable = 'pg_catalog';

/** The columns of {@link schemaTable}. */
export const schemaColumns = ['schema object', 'change', 'definition'] as const;
