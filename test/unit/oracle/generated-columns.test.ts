/** Which values of generated columns are names wherever else they occur. */
import { expect, test } from 'vitest';
import type { DatabaseState, Generation, TableRows } from '../../../src/core/state.ts';
import { declaredNames } from '../../../src/oracle/generated-columns.ts';
import { Places } from '../../../src/oracle/places.ts';

const reading = { shifts: [840n], fixed: new Set(['7']), spans: [], places: new Places() };
type Rows = TableRows['rows'];

test('values of generated columns are declared, but for those that a text itself shows to be generated', () => {
  const state = (rows: Rows): DatabaseState => ({
    tables: { t: { columns: ['id', 'value'], rows } },
    sequences: {},
  });
  const declared = (kind: Generation, one: Rows, two: Rows): readonly (readonly [string, string])[] => [
    ...declaredNames({ t: { value: kind } }, [state(one), state(two)], reading),
  ];
  expect(declared('random', [['1', '417']], [['1', '112']])).toEqual([['417', '112']]);
  expect(declared('random', [['1', '1000']], [['1', '1840']])).toEqual([]);
  expect(declared('drawn', [['1', '3']], [['1', '3']])).toEqual([]);
  expect(declared('counted', [['1', '3']], [['1', '3']])).toEqual([['3', '3']]);
  expect(declared('random', [['1', '7']], [['1', '9']])).toEqual([]);
  expect(declared('random', [['1', null]], [['1', '9']])).toEqual([]);
  expect(declared('sequence', [['1', '417']], [['1', '112']])).toEqual([]);
}); // prettier-ignore
