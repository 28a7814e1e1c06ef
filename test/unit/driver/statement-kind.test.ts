import { expect, test } from 'vitest';
import { savepointRestoredBy, savepointSetBy, statementKind } from '../../../src/driver/statement-kind.ts';

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
  ['commit', 'end'],
  ['end', 'end'],
  ['rollback', 'end'],
  ['COMMIT WORK;', 'end'],
  ['rollback transaction', 'end'],
  ['commit; select 1', 'step'],
  ['commit and chain', 'step'],
  ['rollback to savepoint a', 'step'],
  ['rollback prepared $$a$$', 'step'],
  ['abort', 'end'],
  ['select 1', 'step'],
  ['begin; select 1', 'step'],
  ['set work_mem = 64; select 1', 'step'],
  ['beginning', 'step'],
  ['settle', 'step'],
  ['', 'step'],
  ['-- begin', 'step'],
  ['prepare transaction $$a$$', 'step'],
])('%j is %s', (text, kind) => {
  expect(statementKind(text)).toBe(kind);
});

test.each([
  ['savepoint a', 'a'],
  ['SAVEPOINT Before_It;', 'before_it'],
  ['-- ours\nsavepoint "A ""quoted"" one"', 'A "quoted" one'],
  ['release savepoint a', undefined],
  ['select 1', undefined],
])('%j sets %j', (text, name) => {
  expect(savepointSetBy(text)).toBe(name);
});

test.each([
  ['rollback to a', 'a'],
  ['ROLLBACK TO SAVEPOINT A;', 'a'],
  ['rollback work to a', 'a'],
  ['rollback transaction to savepoint "A"', 'A'],
  ['/* back */ rollback to a', 'a'],
  ['rollback', undefined],
  ['rollback and chain', undefined],
  ['savepoint a', undefined],
])('%j goes back to %j', (text, name) => {
  expect(savepointRestoredBy(text)).toBe(name);
});
