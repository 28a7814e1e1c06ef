/**
 * A state is what the database holds between operations: every table's rows in physical order, as text, and
 * every sequence's position. Two sessions that read the same state see the same thing, so it is exact: rows
 * keep their physical order because a query without ORDER BY shows it.
 */
export interface TableRows {
  readonly columns: readonly string[];
  /** Values as Postgres prints them; null is null. */
  readonly rows: readonly (readonly (string | null)[])[];
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

/** The name of large objects among the tables of a state, as in Postgres's catalog. */
export const largeObjects = 'pg_largeobject';
