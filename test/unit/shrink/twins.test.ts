import { expect, test } from 'vitest';
import type { Call, Rows } from '../../../src/core/model.ts';
import { makesTwins } from '../../../src/shrink/twins.ts';

const deposit = (...args: readonly unknown[]): Call => ({ operation: 'deposit', args });
const of = (calls: readonly Call[], rows: Rows = {}) => ({ rows, sessions: calls.map((call) => [call]) });

test('two calls that differ stay apart, whichever sessions make them', () => {
  expect(makesTwins(of([deposit(1), deposit(5)]), of([deposit(1), deposit(1)]))).toBe(true);
  expect(makesTwins(of([deposit(1), deposit(5)]), of([deposit(1), deposit(2)]))).toBe(false);
  const inOne = (...calls: readonly Call[]) => ({ rows: {}, sessions: [calls] });
  expect(makesTwins(inOne(deposit(1), deposit(5)), inOne(deposit(1), deposit(1)))).toBe(true);
});

test('calls that are equal may stay so: two requests for one name are what many races need', () => {
  expect(makesTwins(of([deposit('next'), deposit('next')]), of([deposit('a'), deposit('a')]))).toBe(false);
  expect(makesTwins(of([deposit(1), deposit(1), deposit(5)]), of([deposit(1), deposit(1)]))).toBe(false);
});

test('calls of other operations, and calls without arguments, are no twins', () => {
  const balance: Call = { operation: 'balance', args: [] };
  expect(makesTwins(of([deposit(1), balance]), of([balance, balance]))).toBe(false);
  const refund: Call = { operation: 'refund', args: [1] };
  expect(makesTwins(of([deposit(2), refund]), of([deposit(1), refund]))).toBe(false);
});

test('two rows of a table that differ stay apart', () => {
  const rows = (...balances: readonly number[]) =>
    of([], { accounts: balances.map((balance) => ({ balance })) });
  expect(makesTwins(rows(0, 5), rows(0, 0))).toBe(true);
  expect(makesTwins(rows(0, 5), rows(0, 1))).toBe(false);
  expect(makesTwins(rows(0, 5), rows(0))).toBe(false);
});
