/** What tells two executions apart for a guided search, and what does not. */
import { expect, test } from 'vitest';
import { executionSights } from '../../../src/tally/execution-sights.ts';
import type { HistoryEvent, Reply } from '../../../src/core/history.ts';
import type { Answer } from '../../../src/core/model.ts';
import { call } from '../../support/bench.ts';

interface Sent {
  readonly text: string;
  readonly reply: Reply;
}

const rows = (...values: readonly unknown[]): Reply => ({
  kind: 'rows',
  command: 'SELECT',
  rowCount: values.length,
  rows: values.map((value) => [value]),
  columns: ['x'],
});

function sights(
  sent: readonly Sent[],
  answer: Answer = { kind: 'returned', value: true },
): ReadonlySet<string> {
  const history = sent.flatMap(({ text, reply }, step): readonly HistoryEvent[] => [
    {
      kind: 'released',
      session: 0,
      operation: 0,
      step,
      statement: {
        text,
        values: [],
        connection: 0,
        kind: 'step',
        transaction: undefined,
        openBefore: false,
        savepoint: undefined,
      },
    },
    { kind: 'completed', session: 0, step, reply, openAfter: false },
  ]);
  const execution = { history, answers: [[answer]], spans: [[{ invoked: 0, returned: sent.length }]] };
  return executionSights({}, [[call('f')]], execution, undefined);
}

const news = (before: readonly Sent[], after: readonly Sent[], answer?: Answer): readonly string[] =>
  [...sights(after, answer)]
    .filter((sight) => !sights(before).has(sight))
    .map((sight) => sight.split('\0')[0] ?? '');

const read: Sent = { text: 'select state from t where id = 1', reply: rows(1) };
const write: Sent = { text: 'update t set state = 2', reply: rows() };

test('another path, another sort of what was read, and another answer are news', () => {
  expect(news([read], [read, write])).toEqual(['path']);
  expect(news([read], [{ ...read, reply: rows(2) }])).toEqual(['read']);
  expect(news([read], [{ ...read, reply: rows() }])).toEqual(['path']);
  expect(news([read], [read], { kind: 'returned', value: false })).toEqual(['answer']);
  expect(news([read], [read], { kind: 'failed', sqlstate: '23505', name: 'error', message: '' })).toEqual([
    'error',
    'answer',
  ]);
});

test('other values of the same sort, and another round of a loop, are not', () => {
  expect(news([{ ...read, reply: rows(100) }], [{ ...read, reply: rows(101) }])).toEqual([]);
  expect(news([read], [{ ...read, text: 'select state from t where id = 7' }])).toEqual([]);
  expect(news([read, write, write], [read, write, write, write])).toEqual([]);
});
