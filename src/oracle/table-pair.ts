/** One table in two executions, read side by side. */
import type { Generation, TableRows } from '../core/state.ts';
import type { GeneratedColumns } from './generated-columns.ts';
import { clock, none, readPair, type Part, type Reading } from './text-pair.ts';
import { Uncontrolled } from './uncontrolled.ts';

export interface TablePair {
  readonly name: string;
  readonly one: TableRows;
  readonly two: TableRows;
  /** How values of its columns are generated. */
  readonly generations: GeneratedColumns[string];
}

/** The parts of one row, cell by cell. */
export type RowParts = readonly (readonly Part[])[];

/** A reading of any place. */
type Context = Omit<Reading, 'place'>;

type Row = TableRows['rows'][number];

/**
 * The rows of the first execution. Rows are in the same order in both, unless sessions that waited together went on in a
 * different order.
 *
 * @throws Uncontrolled if a row has no counterpart
 */
export function readTable(pair: TablePair, reading: Context): readonly RowParts[] {
  const { name, one, two } = pair;
  if (one.rows.length !== two.rows.length) {
    throw new Uncontrolled(`${one.rows.length} rows in ${name}`, `${two.rows.length} rows in ${name}`);
  }
  const left = [...two.rows];
  return one.rows.map((row) => {
    let found: RowParts | undefined;
    const at = left.findIndex((other) => (found = readRow(pair, row, other, reading)) !== undefined);
    if (found === undefined) throw new Uncontrolled(rowText(name, row), rowText(name, left[0] ?? []));
    left.splice(at, 1);
    return found;
  });
}

function readRow(
  { name, one: { columns }, generations }: TablePair,
  row: Row,
  other: Row,
  context: Context,
): RowParts | undefined {
  const cells: (readonly Part[])[] = [];
  for (const [at, column] of columns.entries()) {
    const reading = { ...context, place: columnPlace(name, column) };
    const parts = readCell(generations[column], row[at] ?? null, other[at] ?? null, reading);
    if (parts === undefined) return undefined;
    cells.push(parts);
  }
  return cells;
}

function readCell(
  kind: Generation | undefined,
  one: string | null,
  two: string | null,
  reading: Reading,
): readonly Part[] | undefined {
  if (one === null || two === null) return one === two ? [none] : undefined;
  const isFixed = reading.fixed.has(one);
  if (kind === 'lot' && !isFixed) return [clock];
  if (kind === 'drawn' && one === two && !isFixed) return [{ text: one, twin: two }];
  const parts = readPair(one, two, reading);
  if (parts !== undefined || kind === undefined) return parts;
  return kind === 'clock' ? [clock] : [{ text: one, twin: two }];
}

export function columnPlace(table: string, column: string): string {
  return `${table}.${column}`;
}

function rowText(table: string, row: Row): string {
  return `${table} (${row.map((value) => value ?? 'null').join(', ')})`;
}
