import { describe, expect, test } from 'vitest';
import { fitSql, sqlText } from '../../../src/report/sql-text.ts';

const shown = (text: string, values: readonly unknown[] = []) => sqlText({ text, values, connection: 0 });

describe('values stand in their places', () => {
  test.each<[string, readonly unknown[], string]>([
    ['select $1, $2, $1', [1, 'a'], `select 1, 'a', 1`],
    ['select $10, $1', [1, 2, 3, 4, 5, 6, 7, 8, 9, 'ten'], `select 'ten', 1`],
    ['select $1, $2', [null], 'select null, $2'],
    [`select '$1', "$1", E'\\'$1', $1`, [7], `select '$1', "$1", E'\\'$1', 7`],
    ['select $tag$ $1 $tag$, $1, $$ $1 $$', [7], 'select $tag$ $1 $tag$, 7, $$ $1 $$'],
    ['select $1 -- $1\n, /* $1 */ $1', [7], 'select 7 , 7'],
    ['select $1', [`it's`], `select 'it''s'`],
    ['select $1', [undefined], 'select null'],
    ['select $1', [12n], 'select 12'],
    ['select $1', [new Date(0)], `select '1970-01-01T00:00:00.000Z'`],
    ['select $1', ['$2'], `select '$2'`],
    ['select $1', [{ a: [1] }], 'select {a: [1]}'],
  ])('%s', (text, values, expected) => {
    expect(shown(text, values).full).toBe(expected);
  });
});

test('white space, comments and the last semicolon go; text in quotes stays', () => {
  expect(shown(`\n  select  1\t;\n`).full).toBe('select 1');
  expect(shown(`/* trace: 1 */ select 'a  b' -- end`).full).toBe(`select 'a  b'`);
  expect(shown('').full).toBe('(empty statement)');
});

test('when room is short, what is selected or returned goes first', () => {
  expect(shown('select id, name from t where a = $1', [1]).brief).toBe('select … from t where a = 1');
  expect(shown('select (select 1 from a) from b').brief).toBe('select (select 1 from a) from b');
  expect(shown('insert into t values ($1) returning id, name', [1]).brief).toBe(
    'insert into t values (1) returning …',
  );
  expect(shown('select "t"."id" from "t" where "Odd" = 1').brief).toBe('select … from t where "Odd" = 1');
});

describe('fitting', () => {
  const text = shown(`update accounts set balance = $1 where name = $2`, [17, 'alice']);
  const fit = (width: number, markWidth: number, maxLines: number) =>
    fitSql(text, { width, markWidth, maxLines });

  test('on one line if it can be', () => {
    expect(fit(60, 5, 3)).toEqual({
      lines: [`update accounts set balance = 17 where name = 'alice'`],
      markBelow: false,
    });
  });

  test('broken before a clause; the mark stands beside it, or below where it leaves no room', () => {
    const lines = ['update accounts set balance = 17', `  where name = 'alice'`];
    expect(fit(34, 8, 3)).toEqual({ lines, markBelow: false });
    expect(fit(34, 16, 3)).toEqual({ lines, markBelow: true });
  });

  test('cut between words, with the value that is set', () => {
    expect(fit(44, 8, 1)).toEqual({ lines: [`update accounts set balance = 17…`], markBelow: false });
    expect(fit(40, 8, 1)).toEqual({ lines: [`update … set balance = 17…`], markBelow: false });
    expect(fit(20, 0, 1)).toEqual({ lines: [`update accounts…`], markBelow: false });
  });

  test('a statement of a megabyte costs no more than a short one', () => {
    const start = performance.now();
    const huge = shown(`insert into t values ${"('x', 1), ".repeat(100_000)}`);
    const { lines } = fitSql(huge, { width: 46, markWidth: 8, maxLines: 3 });
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
