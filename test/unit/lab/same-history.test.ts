/** Which runs of one schedule count as the same. */
import { expect, test } from 'vitest';
import { historyDifference, type ExecutionContent } from '../../../src/lab/same-history.ts';
import type { History, Statement } from '../../../src/core/history.ts';
import { accounts, done, HistoryBuilder } from '../report/build.ts';

const update = "update accounts set balance = 1 where name = 'alice'";
const told = (text: string = update): History =>
  new HistoryBuilder().begin(1).free(1, 'begin').step(1, text, [], done('UPDATE', 1)).returned(1).history;

const observed = (history: History): ExecutionContent => ({
  history,
  final: accounts(['alice', '1']),
  memories: [],
  span: { from: 0, to: 0 },
});

const differs = (first: History, second: History) =>
  historyDifference(observed(first), observed(second), { shifts: [], columns: {} }, new Set());

test('the record of a statement makes no difference: it follows from what was sent and what came back', () => {
  const record: Partial<Statement> = {
    kind: 'step',
    transaction: { number: 7, level: 'unknown' },
    openBefore: true,
    savepoint: { set: 'a' },
  };
  const other = told().map((event) => {
    if (event.kind === 'free' || event.kind === 'released')
      return { ...event, statement: { ...event.statement, ...record } };
    return event.kind === 'completed' ? { ...event, openAfter: true } : event;
  });
  expect(other).not.toEqual(told());
  expect(differs(told(), other)).toBeUndefined();
});

test('another statement does', () => {
  expect(differs(told(), told("update accounts set balance = 1 where name = 'bob'"))).toMatchObject({
    step: 0,
  });
});
