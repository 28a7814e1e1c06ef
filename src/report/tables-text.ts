/** Rows of tables on one line: starting rows of a scenario, final rows of an execution. */
import type { Rows } from '../core/model.ts';
import { tablesOf, type DatabaseState, type TableRows } from '../core/state.ts';
import { isSchema, schemaRowText, tableName } from './schema-text.ts';
import { count, oneLine, unbroken } from './text.ts';
import { rowText, valueText } from './value-text.ts';

/** More rows of one table than this are counted, not shown. */
const shownRows = 8;

/** One text per table that has starting rows: `accounts {name: "alice", balance: 10}`. */
export function startingRowsTexts(rows: Rows): readonly string[] {
  return Object.entries(rows)
    .filter(([, list]) => list.length > 0)
    .map(([table, list]) => `${oneLine(table)} ${joined(list.map(valueText))}`);
}

/** Sorted texts of all rows of a table. */
export function rowTexts(table: TableRows | undefined): readonly string[] {
  if (table === undefined) return [];
  return table.rows.map(isSchema(table) ? schemaRowText : rowText).sort();
}

/** `(alice, 15) (bob, 3)`, `no rows`. */
export function joined(rows: readonly string[]): string {
  if (rows.length === 0) return 'no rows';
  const rest = rows.length - shownRows;
  return [
    ...rows.slice(0, shownRows).map(unbroken),
    ...(rest > 0 ? [`and ${count(rest, 'more row')}`] : []),
  ].join(' ');
}

/** One text per table: `accounts (alice, 15)`. */
export function tableTexts(state: DatabaseState): readonly string[] {
  return Object.entries(state.tables).map(([name, table]) => `${tableName(name)} ${joined(rowTexts(table))}`);
}

/** The rows of two states that differ, table by table: `accounts (alice, 15); log no rows`. */
export function tablesApart(
  first: DatabaseState,
  second: DatabaseState,
): { readonly first: string; readonly second: string } {
  const texts = tablesOf(first, second).flatMap((name) => {
    const { one, two } = rowsApart(rowTexts(first.tables[name]), rowTexts(second.tables[name]));
    if (one.length + two.length === 0) return [];
    return [[`${tableName(name)} ${joined(one)}`, `${tableName(name)} ${joined(two)}`] as const];
  });
  if (texts.length === 0) {
    const same = 'left the same rows, with other generated values or in another order';
    return { first: same, second: same };
  }
  return {
    first: `left ${texts.map(([text]) => text).join('; ')}`,
    second: `left ${texts.map(([, text]) => text).join('; ')}`,
  };
}

/** Rows that only one of the two has; equal rows cancel in pairs. */
export function rowsApart(
  one: readonly string[],
  two: readonly string[],
): { readonly one: readonly string[]; readonly two: readonly string[] } {
  const rest = [...two];
  const only = one.filter((row) => {
    const at = rest.indexOf(row);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return { one: only, two: rest };
}
