/** Which runs of one schedule count as the same. */
import { expect, test } from 'vitest';
import { historyDifference, type ExecutionContent } from '../../../src/lab/same-history.ts';
import type { History, Statement } from '../../../src/core/history.ts';
import { MadeValues } from '../../../src/lab/made-values.ts';
import { accounts, call, done, HistoryBuilder, returned, rows } from '../report/build.ts';

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

/** Of two histories that differ in these values one to one. */
function madeIn(historyWith: (value: string) => History, final: (value: string) => string): unknown {
  const made = new MadeValues({ rows: {}, sessions: [[call('login')]] });
  const [first, second] = ['a1b2c3d4', 'x9y8z7w6'].map((value) => ({
    ...contentOf(historyWith(value)),
    final: accounts([final(value), '1']),
  }));
  if (first === undefined || second === undefined) throw new Error('there are two');
  expect(historyDifference(first, second, { shifts: [], columns: {} }, new Set(), made)).toBeUndefined();
  return made.places;
}

const column = { kind: 'column', table: 'accounts', column: 'name' };
const result = { kind: 'result', operation: 'login' };

test('a value that is sent before any reply holds it was made by the code', () => {
  const sent = (value: string): History =>
    new HistoryBuilder().begin(1).step(1, 'insert', [value], done('INSERT', 1)).returned(1, returned(value))
      .history;
  expect(madeIn(sent, (value) => value)).toEqual([result, column]);
  expect(madeIn(sent, () => 'alice')).toEqual([result]);
});

test('so was one that is returned although no reply held it, or that is only sent', () => {
  const only = (value: string): History =>
    new HistoryBuilder().begin(1).step(1, 'select', [], done('SELECT', 1)).returned(1, returned(value))
      .history;
  expect(madeIn(only, () => 'alice')).toEqual([result]);
  const savepoint = (value: string): History =>
    new HistoryBuilder().begin(1).step(1, `savepoint ${value}`, [], done('SAVEPOINT')).returned(1).history;
  expect(madeIn(savepoint, () => 'alice')).toEqual([{ kind: 'statement', operation: 'login' }]);
});

test('a value that the database gave was not, even if it is sent and returned later', () => {
  const given = (value: string): History =>
    new HistoryBuilder()
      .begin(1)
      .step(1, 'select', [], rows(['token'], [value]))
      .step(1, 'insert', [value], done('INSERT', 1))
      .returned(1, returned(value)).history;
  expect(madeIn(given, (value) => value)).toEqual([]);
  const cut = (value: string): History =>
    new HistoryBuilder()
      .begin(1)
      .step(1, 'select', [], { kind: 'rows', command: 'SELECT', rowCount: 99, rows: [], columns: ['token'] })
      .returned(1, returned(value)).history;
  expect(madeIn(cut, () => 'alice')).toEqual([]);
});
