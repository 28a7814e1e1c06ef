import { describe, expect, test } from 'vitest';
import { parameterLiteral, statementSql } from '../../../src/export/statement-sql.ts';
import { faultOf } from '../../support/fault-of.ts';

const of = (text: string, ...values: readonly unknown[]) => statementSql({ text, values, connection: 0 });

describe('parameters', () => {
  test.each([
    ['a number', 15, `'15'`],
    ['a negative number', -1, `'-1'`],
    ['a bigint', 12345678901234567n, `'12345678901234567'`],
    ['a text with quotes', `it's`, `'it''s'`],
    ['a text with a backslash', String.raw`a\b`, String.raw`E'a\\b'`],
    ['a boolean', true, `'true'`],
    ['null', null, 'null'],
    ['undefined', undefined, 'null'],
    ['an object', { a: `it's` }, `'{"a":"it''s"}'`],
    ['an array', ['a', null, `"b"`], String.raw`E'{"a",NULL,"\\"b\\""}'`],
    ['bytes', Uint8Array.from([0, 255]), String.raw`E'\\x00ff'`],
  ])('%s', (_, value, literal) => {
    expect(parameterLiteral(value)).toBe(literal);
  });

  test('a date is the same moment', () => {
    const date = new Date('2026-01-31T12:00:00.123Z');
    const text = parameterLiteral(date).slice(1, -1);
    expect(new Date(text).getTime()).toBe(date.getTime());
  });
});

describe('their places', () => {
  test.each([
    ['in order and repeated', 'select $2, $1, $2', `select 'b', 'a', 'b'`],
    ['before a cast', 'select $1::int', `select 'a'::int`],
    ['not in quotes', `select '$1', "$1", $1`, `select '$1', "$1", 'a'`],
    ['not in an escape string', String.raw`select E'\'$1', $1`, String.raw`select E'\'$1', 'a'`],
    ['not in dollar quotes', 'select $$ $1 $$, $x$ $1 $$ $x$, $1', `select $$ $1 $$, $x$ $1 $$ $x$, 'a'`],
    ['not in comments', 'select /* $1 */ $1 -- $1\n', `select /* $1 */ 'a' -- $1\n`],
    ['not in a name', 'select a$1, $1 from t$2', `select a$1, 'a' from t$2`],
    ['none that was not sent', 'select $3', 'select $3'],
  ])('%s', (_, text, sql) => {
    expect(of(text, 'a', 'b')).toBe(sql);
  });

  test('a value that looks like a placeholder stays what it is', () => {
    expect(of('select $1, $2', '$2', '$1')).toBe(`select '$2', '$1'`);
  });
});

test('several statements in one message stay one message', () => {
  const statement = { text: `select 1; select ';' ; `, values: [], connection: 0 };
  expect(statementSql(statement, { separator: ' \\;' })).toBe(`select 1 \\; select ';'`);
  expect(statementSql(statement)).toBe(`select 1; select ';'`);
});

test('a comment at the end does not swallow what follows', () => {
  expect(of('select 1 -- one')).toBe('select 1 -- one\n');
});

test('a quote that is never closed is refused', async () => {
  const fault = await faultOf(async () => of(`select 'a`));
  expect(fault.code).toBe('cannot-export');
  expect(fault.detail).toBe(`a quote is not closed in the statement select 'a`);
});
