/** Which statements concern their own connection alone, and after which ones evidence is incomplete. In pairs. */
import { describe, expect, test } from 'vitest';
import type { Reply, StatementKind } from '../../../src/core/history.ts';
import type { SentStatement } from '../../../src/core/sent-statements.ts';
import { Definitions } from '../../../src/footprint/definitions.ts';

function sent(text: string, connection = 0): SentStatement {
  const first = text.split(/\s/, 1)[0]?.toLowerCase() ?? '';
  const kinds: Record<string, StatementKind> = {
    begin: 'begin',
    commit: 'commit',
    rollback: 'rollback',
    set: 'free',
  };
  const fails = text.includes('fails');
  const reply = (fails
    ? { kind: 'error', sqlstate: '42P07', constraint: undefined }
    : {
        kind: 'rows',
        command: /^\w+/.exec(text.toUpperCase())?.[0] ?? '',
        rowCount: 0,
        columns: [],
        rows: [],
      }) as unknown as Reply;
  const statement = { text, values: [], connection, kind: kinds[first] ?? 'step' };
  const numbers = { number: 0, session: 0, operation: 0, step: 0, during: 0, openAfter: false };
  return { ...numbers, statement, reply } as unknown as SentStatement;
}

/** The use that the last of these statements makes of temporary objects. */
function lastUse(...texts: readonly string[]): string {
  const definitions = new Definitions();
  return texts.map((text) => definitions.next(sent(text)) ?? 'other').at(-1) ?? '';
}

test.each([
  ['create temporary table t (n int)', 'own'],
  ['create temp table if not exists "T" (like account) on commit drop', 'own'],
  ['/* a */ create local temp table pg_temp.t (n int)', 'own'],
  ['create temp view t as select * from account', 'own'],
  ['create temp table t as select * from account', 'query'],
  ['select * into temp t from account', 'query'],
  ['drop table pg_temp.t', 'own'],
  ['create table t (n int)', 'other'],
  ['create temp table t () inherits (account)', 'other'],
  ['create temp table t (n int); drop table account', 'other'],
  ['create temp table t as select 1 as fails', 'other'],
  ['drop table t', 'other'],
  ['select 1', 'other'],
])('%s: %s', (text, use) => {
  expect(lastUse(text)).toBe(use);
});

describe('a name is that of a temporary table', () => {
  const made = 'create temp table t (n int)';
  test.each([
    [[made, 'drop table t'], 'own'],
    [[made, 'create index on t (n)'], 'own'],
    [[made, 'analyze t'], 'own'],
    [['begin', made, 'commit', 'truncate t'], 'own'],
    [['begin', made, 'rollback', 'drop table t'], 'other'],
    [['begin', `${made} on commit drop`, 'commit', 'drop table t'], 'other'],
    [[made, 'discard temp', 'drop table t'], 'other'],
    [[made, 'drop table t', 'drop table t'], 'other'],
    [[made, 'set search_path = public, pg_temp', 'drop table t'], 'other'],
    [[made, 'drop table t, account'], 'other'],
    [[made, 'drop table public.t'], 'other'],
  ])('%j: %s', (texts, use) => {
    expect(lastUse(...texts)).toBe(use);
  });

  test('on its own connection only', () => {
    const definitions = new Definitions();
    definitions.next(sent(made, 0));
    expect(definitions.next(sent('drop table t', 1))).toBeUndefined();
  });
});

test.each([
  ['create table kv (n int)', false],
  ['create index on account (n)', false],
  ['create temp table t (n int)', false],
  ['create table kv (n int references account)', true],
  ['create unique index on account (n)', true],
  ['alter table account add column m int', true],
  ['drop table account', true],
  ['do $$ begin perform 1; end $$', true],
  ['insert into account values (1); drop table account', true],
  ['create or replace function f() returns int language sql as $$ select 1 $$', true],
  ['drop table fails', false],
  ['update account set n = 1', false],
])('evidence after %s is incomplete: %s', (text, reshaped) => {
  const definitions = new Definitions();
  definitions.next(sent(text));
  expect(definitions.reshaped).toBe(reshaped);
});
