/** Which runs of one schedule count as the same. */
import { expect, test } from 'vitest';
import { historyDifference, type ExecutionContent } from '../../../src/lab/same-history.ts';
import type { History, Statement } from '../../../src/core/history.ts';
import { accounts, done, HistoryBuilder } from '../report/build.ts';

const update = "update accounts set balance = 1 where name = 'alice'";
const updated = (text: string = update): History =>
  new HistoryBuilder().begin(1).free(1, 'begin').step(1, text, [], done('UPDATE', 1)).returned(1).history;

const contentOf = (history: History): ExecutionContent => ({
  history,
  final: accounts(['alice', '1']),
  memories: [],
  span: { from: 0, to: 0 },
});

const difference = (first: ExecutionContent, second: ExecutionContent) =>
  historyDifference(first, second, { shifts: [], columns: {} }, new Set());

const differs = (first: History, second: History) => difference(contentOf(first), contentOf(second));

test('the record of a statement makes no difference: it follows from what was sent and what came back', () => {
  const record: Partial<Statement> = {
    kind: 'step',
    transaction: { number: 7, level: 'unknown' },
    openBefore: true,
    savepoint: { set: 'a' },
  };
  const other = updated().map((event) => {
    if (event.kind === 'free' || event.kind === 'released')
      return { ...event, statement: { ...event.statement, ...record } };
    return event.kind === 'completed' ? { ...event, openAfter: true } : event;
  });
  expect(other).not.toEqual(updated());
  expect(differs(updated(), other)).toBeUndefined();
});

test('another statement does: both are given', () => {
  const other = updated("update accounts set balance = 1 where name = 'bob'");
  expect(differs(updated(), other)).toEqual({
    kind: 'step',
    step: 0,
    first: updated().find(({ kind }) => kind === 'released'),
    second: other.find(({ kind }) => kind === 'released'),
  });
});

test('so does an end that comes sooner', () => {
  const [last] = updated().slice(-1);
  expect(differs(updated(), updated().slice(0, -1))).toEqual({
    kind: 'step',
    step: 0,
    first: last,
    second: undefined,
  });
});

test('memories and final tables are compared once every step is the same', () => {
  const content = contentOf(updated());
  const memories = [{ balance: 2 }];
  const final = accounts(['alice', '2']);
  expect([
    difference(content, { ...content, memories, final }),
    difference(content, { ...content, final }),
    difference(content, { ...content }),
  ]).toEqual([
    { kind: 'memory', first: [], second: memories },
    { kind: 'final tables', first: content.final, second: final },
    undefined,
  ]);
});
