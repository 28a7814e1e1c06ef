import { expect, test } from 'vitest';
import { sortOf } from '../../../src/tally/value-sort.ts';

test.each([
  [0, '0'],
  [8, '8'],
  ['7', '7'],
  [7n, '7'],
  [9, '2^3'],
  [15, '2^3'],
  [16, '2^4'],
  [-100, '-2^6'],
  [0.5, '2^-1'],
  [null, 'null'],
  [undefined, 'undefined'],
  [true, 'true'],
  ['paid', '"paid"'],
  ['2f8a-11', 'text'],
  ['a sentence that somebody wrote', 'text'],
  [new Date(0), 'date'],
  [Buffer.from('x'), 'object'],
  [[], '[]'],
  [[1], '1 of 1'],
  [[1, 2, 3, 4], 'many of 1'],
  [{ ok: true, id: 71 }, '{ok: true, id: 2^6}'],
  [{ a: { b: { c: 1 } } }, '{a: {b: object}}'],
])('%o is %s', (value, sort) => {
  expect(sortOf(value)).toBe(sort);
});
