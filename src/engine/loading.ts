/**
 * The SQL that replaces the database's rows and sequence positions by those of a state. As a superuser it runs as a
 * replica, to which foreign keys do not apply. Otherwise one statement empties all tables and one fills them: foreign
 * keys are checked when a statement ends, so neither the order of rows nor a cycle of tables matters.
 */
import pg from 'pg';
import type { DatabaseState, TableRows } from '../core/state.ts';
import type { Table } from './catalog.ts';
import type { Sequence } from './sequences.ts';
import { silence } from './silence.ts';

/** The parts of a state to write. */
export interface Rewrite {
  readonly tables: readonly Table[];
  readonly sequences: readonly Sequence[];
  /** Whether tables are emptied with TRUNCATE rather than DELETE. */
  readonly truncate: boolean;
}

export function loadingStatements(
  { tables, sequences, truncate }: Rewrite,
  state: DatabaseState,
  role: 'origin' | 'replica',
): string[] {
  const together = role === 'origin';
  const rowsOf = ({ name }: Table): TableRows['rows'] => state.tables[name]?.rows ?? [];
  const deletes = tables.map(({ sql }) => `delete from only ${sql}`);
  const inserts = tables
    .filter((table) => rowsOf(table).length > 0)
    .map((table) => insertText(table, rowsOf(table)));
  const { before, after } = silence(tables, role);
  return [
    ...before,
    ...(truncate && tables.length > 0 ? [truncateText(tables)] : together ? inOne(deletes) : deletes),
    ...(together ? inOne(inserts) : inserts),
    ...after,
    ...sequences.map(({ name, sql }) => {
      const [last, called] = (state.sequences[name] ?? '').split(',');
      return `select setval('${sql.replaceAll("'", "''")}', ${last}, ${called === 't'})`;
    }),
  ];
}

/** One statement with the effect of all of these. */
export function inOne(writes: readonly string[]): readonly string[] {
  const parts = writes.slice(0, -1).map((write, index) => `w${index} as (${write})`);
  const last = writes.at(-1);
  if (last === undefined) return [];
  return parts.length === 0 ? [last] : [`with ${parts.join(', ')} ${last}`];
}

/** Partitions are emptied with all of their partitioned table, which may itself reference another. */
function truncateText(tables: readonly Table[]): string {
  return `truncate ${[...new Set(tables.map(({ sql, root }) => root ?? `only ${sql}`))].join(', ')}`;
}

function insertText({ columns, sql }: Table, rows: TableRows['rows']): string {
  // These rows have no column that could be written.
  if (columns.length === 0) return `insert into ${sql} select from generate_series(1, ${rows.length})`;
  const names = columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ');
  const values = rows.map(
    (row) => `(${row.map((value) => (value === null ? 'null' : pg.escapeLiteral(value))).join(', ')})`,
  );
  return `insert into ${sql} (${names}) overriding system value values ${values.join(', ')}`;
}
