/** When a table is truncated rather than emptied: before what was written in it comes near the end of a page. */
import { expect, test } from 'vitest';
import type { DatabaseState } from '../../../src/core/state.ts';
import type { Table } from '../../../src/engine/catalog.ts';
import { PageWear } from '../../../src/engine/page-wear.ts';

const table = (name: string): Table => ({
  name,
  sql: name,
  columns: [{ name: 'n', type: 'bigint', generated: undefined }],
  references: [],
  reactions: [],
  root: undefined,
});
const a = table('a');
const b = table('b');
/** A row with one bigint: a header of 24 bytes, 8 for the value, 4 for its line pointer. */
const rowTakes = 36;
const rowsIn = (name: string, count: number): DatabaseState => ({
  tables: { [name]: { columns: ['n'], rows: Array.from({ length: count }, () => ['1']) } },
  sequences: {},
});
const empty = rowsIn('a', 0);

/** How many executions that write this many rows fit in before the table counts as worn. */
function executionsUntilWorn(wear: PageWear, worn: Table, state: DatabaseState, rowsWritten: number): number {
  let executions = 0;
  while (!wear.isWorn(worn, state, 0)) {
    wear.executed(state, rowsWritten);
    executions += 1;
  }
  return executions;
}

test('an execution that writes nothing is taken to write 200 bytes, and room is left for one more', () => {
  // 34 times 200 bytes, and 200 to spare: 7000 bytes are not exceeded before the 35th.
  expect(executionsUntilWorn(new PageWear([a]), a, empty, 0)).toBe(35);
});

test('rows that were written count by the largest that was seen, in every table', () => {
  const state = rowsIn('a', 1);
  const written = 20 * rowTakes;
  const each = written + rowTakes;
  const wear = new PageWear([a, b]);
  expect(executionsUntilWorn(wear, a, state, 20)).toBe(Math.floor((7_000 - written - rowTakes) / each) + 1);
  const other = new PageWear([a, b]);
  expect(executionsUntilWorn(other, b, state, 20)).toBe(Math.floor((7_000 - written) / written) + 1);
});

test('a row that was written just now counts before it is in an account', () => {
  const wear = new PageWear([a]);
  wear.measure(rowsIn('a', 1));
  const fits = Math.floor(7_000 / rowTakes);
  expect(wear.isWorn(a, empty, fits)).toBe(false);
  expect(wear.isWorn(a, empty, fits + 1)).toBe(true);
});

test('a truncated table begins with the rows that it is filled with, an emptied one keeps its dead rows', () => {
  const [full, half] = [rowsIn('a', 190), rowsIn('a', 90)];
  const wear = new PageWear([a]);
  wear.filled(a, half, false);
  expect(wear.isWorn(a, half, 0)).toBe(false);
  expect(wear.isWorn(a, full, 0)).toBe(true);
  wear.filled(a, half, false);
  expect(wear.isWorn(a, half, 0)).toBe(true);
  wear.filled(a, half, true);
  expect(wear.isWorn(a, half, 0)).toBe(false);
});
