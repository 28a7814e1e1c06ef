import { expect, test } from 'vitest';
import { ConflictOrders, type ConflictingPair } from '../../../src/check/conflict-orders.ts';
import { Counts, largest, maxKeys } from '../../../src/check/counts.ts';

const step = (session: number, operation: string, statement: string) => ({ session, operation, statement });
const pair = (first: ReturnType<typeof step>, second: ReturnType<typeof step>): ConflictingPair => ({
  first,
  second,
});
const read = (session: number) => step(session, 'deposit', 'select');
const write = (session: number) => step(session, 'deposit', 'update');

test('nothing was added: no pairs', () => {
  expect(new ConflictOrders().counts()).toEqual({ pairs: 0, bothOrders: 0, oneOrder: { top: [], more: 0 } });
});

test('a pair in one order, then in the other', () => {
  const orders = new ConflictOrders();
  orders.add([pair(write(0), read(1)), pair(write(1), read(0))]);
  expect(orders.counts()).toEqual({
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
  orders.add([pair(read(0), write(1))]);
  expect(orders.counts()).toEqual({ pairs: 1, bothOrders: 1, oneOrder: { top: [], more: 0 } });
});

test('the same statement in two sessions: which came first is told by the sessions', () => {
  const orders = new ConflictOrders();
  orders.add([pair(write(0), write(1))]);
  expect(orders.counts()).toMatchObject({ pairs: 1, bothOrders: 0 });
  orders.add([pair(write(1), write(0))]);
  expect(orders.counts()).toMatchObject({ pairs: 1, bothOrders: 1 });
});

test('the same statement of two operations is two steps', () => {
  const orders = new ConflictOrders();
  orders.add([pair(write(0), step(1, 'report', 'select')), pair(step(0, 'deposit', 'select'), write(1))]);
  expect(orders.counts()).toMatchObject({ pairs: 2, bothOrders: 0 });
});

test('merging is as if all had been added to one', () => {
  const all = [
    pair(write(0), read(1)),
    pair(read(0), write(1)),
    pair(write(0), write(1)),
    pair(step(0, 'a', 'x'), step(1, 'b', 'y')),
  ];
  const whole = new ConflictOrders();
  whole.add(all);
  const [one, two] = [new ConflictOrders(), new ConflictOrders()];
  one.add(all.slice(0, 1));
  two.add(all.slice(1));
  one.merge(two);
  expect(one.counts()).toEqual(whole.counts());
  // What was merged in is not shared: counting goes on without it.
  one.add([pair(write(1), write(0))]);
  expect(two.counts().bothOrders).toBe(0);
});

test('however many there are, the report stays small', () => {
  const orders = new ConflictOrders();
  const long = 'x'.repeat(1000);
  orders.add(Array.from({ length: 50 }, (_, n) => pair(step(0, 'a', `${n} ${long}`), step(1, 'b', 'y'))));
  const { pairs, oneOrder } = orders.counts();
  expect([pairs, oneOrder.top.length, oneOrder.more]).toEqual([50, 20, 30]);
  expect(oneOrder.top[0]?.first.statement.length).toBeLessThan(210);
  orders.add(Array.from({ length: maxKeys + 5 }, (_, n) => pair(step(0, 'c', String(n)), step(1, 'd', 'y'))));
  expect(orders.counts().pairs).toBe(maxKeys);
});

test('the largest come first, equal ones by name', () => {
  const counts = new Counts();
  for (const key of ['b', 'a', 'c', 'c']) counts.add(key);
  const other = new Counts();
  other.add('a', 2);
  counts.merge(other);
  const told = largest(
    counts.entries(),
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
  counts.add('b');
  expect(
    largest(
      counts.entries(),
      3,
      ([, times]) => times,
      ([key]) => key,
    ).top.map(([key]) => key),
  ).toEqual(['a', 'b', 'c']);
});
