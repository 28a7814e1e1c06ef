import { expect, test } from 'vitest';
import { stateKey, type DatabaseState } from '../../../src/core/state.ts';

const state = (rows: readonly (readonly (string | null)[])[], position = '1,f'): DatabaseState => ({
  tables: { t: { columns: ['a', 'b'], rows } },
  sequences: { s: position },
});

test('a state is exact: values, null, the order of rows and the positions of sequences count', () => {
  const keys = [
    state([['1', '2']]),
    state([['1', null]]),
    state([['1', 'null']]),
    state([['1,2', '']]),
    state([['1', '2'], ['3', '4']]),
    state([['3', '4'], ['1', '2']]),
    state([['1', '2']], '1,t'),
    state([['1', '2']], '2,f'),
  ].map(stateKey); // prettier-ignore
  expect(new Set(keys).size).toBe(keys.length);
  expect(stateKey(state([['1', '2']]))).toBe(keys[0]);
});
