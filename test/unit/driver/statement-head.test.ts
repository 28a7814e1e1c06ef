/** The one parser of statement heads. */
import { expect, test } from 'vitest';
import { headOf } from '../../../src/driver/statement-head.ts';

test.each([
  ['begin', 'begin'],
  ['BEGIN;', 'begin'],
  ['  begin isolation level repeatable read read only', 'begin'],
  ['start  transaction', 'begin'],
  ['-- ours\n/* and */ begin', 'begin'],
  ['savepoint a', 'free'],
  ['RELEASE SAVEPOINT a;', 'free'],
  ['set local work_mem = 64', 'free'],
  ['set transaction isolation level serializable', 'free'],
  ['set constraints all immediate', 'step'],
  ['commit', 'commit'],
  ['end', 'commit'],
  ['COMMIT WORK;', 'commit'],
  ['/* last */ end transaction', 'commit'],
  ['commit and chain', 'commit'],
  ['end work and no chain;', 'commit'],
  ['rollback', 'rollback'],
  ['rollback transaction', 'rollback'],
  ['rollback and chain', 'rollback'],
  ['abort', 'rollback'],
  ['rollback to savepoint a', 'step'],
  ['prepare transaction $$a$$', 'two-phase'],
  ['commit prepared $$a$$', 'two-phase'],
  ['rollback prepared $$a$$', 'two-phase'],
  ['update t set n = 1; prepare transaction $$a$$', 'two-phase'],
  ['prepare a as select 1', 'step'],
  ['select 1', 'step'],
  ['begin; select 1', 'step'],
  ['commit; select 1', 'step'],
  ['set work_mem = 64; select 1', 'step'],
  ['savepoint a; select 1', 'step'],
  ['beginning', 'step'],
  ['settle', 'step'],
  ['', 'step'],
  ['-- begin', 'step'],
])('%j is %s', (text, kind) => {
  expect(headOf(text).kind).toBe(kind);
});

test.each([
  ['savepoint a', 'a'],
  ['SAVEPOINT Before_It;', 'before_it'],
  ['-- ours\nsavepoint "A ""quoted"" one"', 'A "quoted" one'],
])('%j sets %j', (text, name) => {
  expect(headOf(text).savepoint).toEqual({ set: name });
});

test.each([
  ['rollback to a', 'a'],
  ['ROLLBACK TO SAVEPOINT A;', 'a'],
  ['rollback work to a', 'a'],
  ['rollback transaction to savepoint "A"', 'A'],
  ['/* back */ rollback to a', 'a'],
])('%j restores %j', (text, name) => {
  expect(headOf(text).savepoint).toEqual({ restored: name });
});

test.each([['release savepoint a'], ['rollback'], ['rollback and chain'], ['commit'], ['select 1']])(
  '%j neither sets nor restores a savepoint',
  (text) => {
    expect(headOf(text).savepoint).toBeUndefined();
  },
);

test.each([
  ['begin', undefined],
  ['begin isolation level serializable', 'serializable'],
  ['start transaction isolation  level REPEATABLE READ, read only', 'repeatable read'],
  ['begin isolation level read uncommitted', 'read committed'],
  ['set transaction isolation level read committed', 'read committed'],
  ['begin; set transaction isolation level serializable', 'serializable'],
  ["set local transaction_isolation = 'serializable'", 'unknown'],
  ['set session characteristics as transaction isolation level serializable', 'unknown'],
  ["select set_config('default_transaction_isolation', $1, false)", 'unknown'],
  ['update t set n = 1', undefined],
])('%j names the level %s', (text, level) => {
  expect(headOf(text).level).toBe(level);
});

test.each([
  ['set session characteristics as transaction isolation level serializable', true],
  ["set default_transaction_isolation = 'serializable'", true],
  ['set transaction isolation level serializable', false],
  ['begin isolation level serializable', false],
  ['begin', false],
])('%j may set the level of later transactions: %s', (text, sets) => {
  expect(headOf(text).setsDefaultLevel).toBe(sets);
});
