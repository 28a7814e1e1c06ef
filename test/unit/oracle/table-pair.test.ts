/** One table in two executions: which rows correspond, and what their cells are read as. */
import { describe, expect, test } from 'vitest';
import type { Generation, TableRows } from '../../../src/core/state.ts';
import { Places } from '../../../src/oracle/places.ts';
import { readTable } from '../../../src/oracle/table-pair.ts';
import { clock, none } from '../../../src/oracle/text-pair.ts';
import { Uncontrolled } from '../../../src/oracle/uncontrolled.ts';

const reading = {
  shifts: [840n],
  fixed: new Set(['7', 'ann']),
  declared: new Map<string, string>(),
  spans: [],
  places: new Places(),
};
const columns = ['id', 'value'];
type Rows = TableRows['rows'];
const read = (one: Rows, two: Rows, value?: Generation): ReturnType<typeof readTable> =>
  readTable(
    { name: 't', one: { columns, rows: one }, two: { columns, rows: two }, generations: { value } },
    reading,
  );
const cell = (one: string | null, two: string | null, kind?: Generation): unknown =>
  read([['1', one]], [['1', two]], kind)[0]?.[1]; // prettier-ignore

describe('a cell', () => {
  test.each<[Generation | undefined, string | null, string | null, unknown]>([
    [undefined, 'ann', 'ann', ['ann']],
    [undefined, '1000', '1840', [{ text: '1000', twin: '1840' }]],
    [undefined, null, null, [none]],
    ['drawn', '3', '3', [{ text: '3', twin: '3' }]],
    ['drawn', '7', '7', ['7']],
    ['random', '3', '4', [{ text: '3', twin: '4' }]],
    ['lot', '3', '4', [clock]],
    ['lot', '7', '7', ['7']],
    ['clock', '3', '4', [clock]],
  ])('%s: %s and %s', (kind, one, two, expected) => {
    expect(cell(one, two, kind)).toEqual(expected);
  });

  test('without a reading has no counterpart', () => {
    expect(() => cell('15', '22')).toThrow(Uncontrolled);
    expect(() => cell(null, '22', 'random')).toThrow(Uncontrolled);
  });
});

describe('rows', () => {
  test('may have changed places; the order is that of the first execution', () => {
    const rows = read([['1', 'a'], ['2', 'b']], [['2', 'b'], ['1', 'a']]);
    expect(rows).toEqual([[['1'], ['a']], [['2'], ['b']]]);
  }); // prettier-ignore

  test('have one counterpart each', () => {
    expect(() => read([['1', 'a'], ['1', 'a']], [['1', 'a'], ['1', 'b']])).toThrow(
      expect.objectContaining({ first: 't (1, a)', second: 't (1, b)' }),
    );
    expect(() => read([['1', 'a']], [])).toThrow(expect.objectContaining({ first: '1 rows in t' }));
  }); // prettier-ignore
});
