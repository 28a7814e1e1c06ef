import { expect, test } from 'vitest';
import type { ConflictOrders, Counts } from '../../../src/core/tally-counts.ts';
import {
  addConflicts,
  conflictCounts,
  mergeOrders,
  type ConflictingPair,
} from '../../../src/tally/conflict-orders.ts';
import { addCount, largest, maxKeys, mergeCounts } from '../../../src/tally/counts.ts';

const step = (session: number, operation: string, statement: string) => ({ session, operation, statement });
const pair = (first: ReturnType<typeof step>, second: ReturnType<typeof step>): ConflictingPair => ({
  first,
  second,
});
const read = (session: number) => step(session, 'deposit', 'select');
const write = (session: number) => step(session, 'deposit', 'update');

test('nothing was added: no pairs', () => {
  expect(conflictCounts(new Map())).toEqual({ pairs: 0, bothOrders: 0, oneOrder: { top: [], more: 0 } });
});

test('a pair in one order, then in the other', () => {
  const orders: ConflictOrders = new Map();
  addConflicts(orders, [pair(write(0), read(1)), pair(write(1), read(0))]);
  expect(conflictCounts(orders)).toEqual({
    pairs: 1,
    bothOrders: 0,
    oneOrder: {
      top: [
        {
          first: { operation: 'deposit', statement: 'update' },
          second: { operation: 'deposit', statement: 'select' },
          times: 2,
        },
      ],
      more: 0,
    },
  });
  addConflicts(orders, [pair(read(0), write(1))]);
  expect(conflictCounts(orders)).toEqual({ pairs: 1, bothOrders: 1, oneOrder: { top: [], more: 0 } });
});

test('the same statement in two sessions: which came first is told by the sessions', () => {
  const orders: ConflictOrders = new Map();
  addConflicts(orders, [pair(write(0), write(1))]);
  expect(conflictCounts(orders)).toMatchObject({ pairs: 1, bothOrders: 0 });
  addConflicts(orders, [pair(write(1), write(0))]);
  expect(conflictCounts(orders)).toMatchObject({ pairs: 1, bothOrders: 1 });
});

test('the same statement of two operations is two steps', () => {
  const orders: ConflictOrders = new Map();
  addConflicts(orders, [
    pair(write(0), step(1, 'report', 'select')),
    pair(step(0, 'deposit', 'select'), write(1)),
  ]);
  expect(conflictCounts(orders)).toMatchObject({ pairs: 2, bothOrders: 0 });
});

test('merging is as if all had been added to one', () => {
  const all = [
    pair(write(0), read(1)),
    pair(read(0), write(1)),
    pair(write(0), write(1)),
    pair(step(0, 'a', 'x'), step(1, 'b', 'y')),
  ];
  const whole: ConflictOrders = new Map();
  addConflicts(whole, all);
  const [one, two]: [ConflictOrders, ConflictOrders] = [new Map(), new Map()];
  addConflicts(one, all.slice(0, 1));
  addConflicts(two, all.slice(1));
  mergeOrders(one, two);
  expect(conflictCounts(one)).toEqual(conflictCounts(whole));
  // What was merged in is not shared: counting goes on without it.
  addConflicts(one, [pair(write(1), write(0))]);
  expect(conflictCounts(two).bothOrders).toBe(0);
});

test('however many there are, the report stays small', () => {
  const orders: ConflictOrders = new Map();
  const long = 'x'.repeat(1000);
  addConflicts(
    orders,
    Array.from({ length: 50 }, (_, n) => pair(step(0, 'a', `${n} ${long}`), step(1, 'b', 'y'))),
  );
  const { pairs, oneOrder } = conflictCounts(orders);
  expect([pairs, oneOrder.top.length, oneOrder.more]).toEqual([50, 20, 30]);
  expect(oneOrder.top[0]?.first.statement.length).toBeLessThan(210);
  addConflicts(
    orders,
    Array.from({ length: maxKeys + 5 }, (_, n) => pair(step(0, 'c', String(n)), step(1, 'd', 'y'))),
  );
  expect(conflictCounts(orders).pairs).toBe(maxKeys);
});

test('the largest come first, equal ones by name', () => {
  const counts: Counts = new Map();
  for (const key of ['b', 'a', 'c', 'c']) addCount(counts, key);
  const other: Counts = new Map();
  addCount(other, 'a', 2);
  mergeCounts(counts, other);
  const told = largest(
    [...counts],
    2,
    ([, times]) => times,
    ([key]) => key,
  );
  expect(told).toEqual({
    top: [
      ['a', 3],
      ['c', 2],
    ],
    more: 1,
  });
  addCount(counts, 'b');
  expect(
    largest(
      [...counts],
      3,
      ([, times]) => times,
      ([key]) => key,
    ).top.map(([key]) => key),
  ).toEqual(['a', 'b', 'c']);
});
