import { expect, test } from 'vitest';
import { shapeOf } from '../../../src/tally/statement-shape.ts';

test.each([
  [
    'insert into rules (segment_id) values (1) returning id',
    'insert into rules (segment_id) values (2) returning id',
  ],
  ["select * from slugs where slug = 'it''s'", "select * from slugs where slug = ''"],
  ["select * from slugs where slug = $q$it's$q$", "select * from slugs where slug = 'b'"],
  ['update accounts set balance = balance + 1.5', 'update accounts set balance = balance + 20'],
])('%s has the shape of %s', (one, other) => {
  expect(shapeOf(one)).toBe(shapeOf(other));
});

test.each([
  ['select a1 from t1', 'select a2 from t1'],
  ['select $1::int', 'select $2::int'],
  ["select 'a' from one", "select 'a' from two"],
])('%s has another shape than %s', (one, other) => {
  expect(shapeOf(one)).not.toBe(shapeOf(other));
});
