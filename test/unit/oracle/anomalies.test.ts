/** Accept/reject pairs: for each anomaly an observation that some serial order gives, and one that none does. */
import { describe, expect, test } from 'vitest';
import { call } from '../../support/bench.ts';
import { failed, Failure, returned, verdict, type Pure } from '../../support/pure-oracle.ts';

const operations: Readonly<Record<string, Pure>> = {
  read: (store, _memory, _next, key: string) => store[key] ?? null,
  readBoth: (store) => [store['x'], store['y']],
  readTwice: (store) => [store['x'], store['x']],
  countTwice: (store) => [Object.keys(store).length, Object.keys(store).length],
  put: (store, _memory, _next, key: string, value: number) => void (store[key] = value),
  add: (store, _memory, _next, key: string, amount: number) => (store[key] = Number(store[key]) + amount),
  transfer: (store, _memory, _next, amount: number) => {
    store['x'] = Number(store['x']) - amount;
    store['y'] = Number(store['y']) + amount;
  },
  withdraw: (store, _memory, _next, key: string, amount: number) => {
    if (Number(store['x']) + Number(store['y']) < amount) return 'refused';
    store[key] = Number(store[key]) - amount;
    return 'paid';
  },
  create: (store, _memory, _next, key: string) => {
    if (key in store) throw new Failure('23505', 'store_pkey');
    store[key] = 0;
    return 'created';
  },
  get: (store, memory) => (memory['seen'] = store['x']),
  putIfSame: (store, memory, _next, value: number) => {
    if (memory['seen'] !== store['x']) return { status: 412 };
    store['x'] = value;
    return { status: 200 };
  },
};

test('lost update', async () => {
  const deposits = (one: number, two: number, x: number) => ({
    operations,
    start: { x: 10 },
    sessions: [[[call('add', 'x', 5), returned(one)]], [[call('add', 'x', 7), returned(two)]]] as const,
    final: { x },
  });
  expect(await verdict(deposits(15, 22, 22))).toBe('explained s1.1 s2.1');
  expect(await verdict(deposits(22, 17, 22))).toBe('explained s2.1 s1.1');
  expect(await verdict(deposits(15, 17, 17))).toBe('not-serializable');
  // The answers alone, or the tables alone, are not enough.
  expect(await verdict(deposits(15, 22, 17))).toBe('not-serializable');
  expect(await verdict(deposits(15, 17, 22))).toBe('not-serializable');
});

test('read skew', async () => {
  const seen = (x: number, y: number) => ({
    operations,
    start: { x: 10, y: 10 },
    sessions: [[[call('readBoth'), returned([x, y])]], [[call('transfer', 5), returned(undefined)]]] as const,
    final: { x: 5, y: 15 },
  });
  expect(await verdict(seen(10, 10))).toBe('explained s1.1 s2.1');
  expect(await verdict(seen(5, 15))).toBe('explained s2.1 s1.1');
  expect(await verdict(seen(10, 15))).toBe('not-serializable');
});

test('write skew', async () => {
  const seen = (two: string, y: number) => ({
    operations,
    start: { x: 10, y: 10 },
    sessions: [
      [[call('withdraw', 'x', 15), returned('paid')]],
      [[call('withdraw', 'y', 15), returned(two)]],
    ] as const,
    final: { x: -5, y },
  });
  expect(await verdict(seen('refused', 10))).toBe('explained s1.1 s2.1');
  expect(await verdict(seen('paid', -5))).toBe('not-serializable');
});

test('non-repeatable read and phantom', async () => {
  const seen = (operation: string, value: unknown) => ({
    operations,
    start: { x: 1 },
    sessions: [
      [[call(operation), returned(value)]],
      [
        [call('put', 'x', 2), returned(undefined)],
        [call('put', 'y', 0), returned(undefined)],
      ],
    ] as const,
    final: { x: 2, y: 0 },
  });
  expect(await verdict(seen('readTwice', [1, 1]))).toBe('explained s1.1 s2.1 s2.2');
  expect(await verdict(seen('readTwice', [2, 2]))).toBe('explained s2.1 s1.1 s2.2');
  expect(await verdict(seen('readTwice', [1, 2]))).toBe('not-serializable');
  expect(await verdict(seen('countTwice', [2, 2]))).toBe('explained s2.1 s2.2 s1.1');
  expect(await verdict(seen('countTwice', [1, 2]))).toBe('not-serializable');
});

describe('aborts', () => {
  const seen = (state: string, x: number) => ({
    operations,
    start: { x: 10 },
    sessions: [[[call('add', 'x', 5), returned(15)]], [[call('add', 'x', 7), failed(state)]]] as const,
    final: { x },
  });
  test.each(['40001', '40P01'])('%s without effect is fine, with an effect it is not', async (state) => {
    expect(await verdict(seen(state, 15))).toBe('explained s1.1 without 1');
    expect(await verdict(seen(state, 22))).toBe('not-serializable');
    expect(await verdict(seen(state, 17))).toBe('not-serializable');
  });

  test('are forbidden where the model says so', async () => {
    expect(await verdict({ ...seen('40001', 15), model: { allowAborts: false } })).toBe('abort');
    expect(await verdict({ ...seen('23505', 15), model: { allowAborts: false } })).toBe('not-serializable');
  });

  test('no other error may be left out', async () => {
    for (const state of ['23505', '40003', '55P03', '57014'])
      expect(await verdict(seen(state, 15))).toBe('not-serializable');
  });
});

test('a declared refusal may come without a reason, but not with an effect', async () => {
  const refusal = (answer: { kind: string; value?: unknown }): boolean =>
    (answer.value as { status?: number } | undefined)?.status === 412;
  const seen = (final: number, declared: boolean) => ({
    operations,
    start: { x: 0 },
    sessions: [
      [
        [call('get'), returned(0)],
        [call('putIfSame', 5), returned({ status: 412 })],
      ],
    ] as const,
    final: { x: final },
    model: declared ? { refusal } : {},
  });
  expect(await verdict(seen(0, true))).toBe('explained s1.1 without 1');
  expect(await verdict(seen(5, true))).toBe('not-serializable');
  expect(await verdict(seen(0, false))).toBe('not-serializable');
});

test('session memory: a session that read before the other wrote is refused, and no other', async () => {
  const seen = (two: number, final: number) => ({
    operations,
    start: { x: 0 },
    sessions: [
      [
        [call('get'), returned(0)],
        [call('putIfSame', 5), returned({ status: 200 })],
      ],
      [
        [call('get'), returned(0)],
        [call('putIfSame', 7), returned({ status: two })],
      ],
    ] as const,
    final: { x: final },
  });
  expect(await verdict(seen(412, 5))).toBe('explained s1.1 s2.1 s1.2 s2.2');
  expect(await verdict(seen(200, 7))).toBe('not-serializable');
});

describe('errors are outcomes', () => {
  const seen = (two: Parameters<typeof failed>) => ({
    operations,
    start: {},
    sessions: [
      [[call('create', 'a'), returned('created')]],
      [[call('create', 'a'), failed(...two)]],
    ] as const,
    final: { a: 0 },
  });
  test('an error that a serial order gives is fine', async () => {
    expect(await verdict(seen(['23505', 'store_pkey']))).toBe('explained s1.1 s2.1');
  });
  test('an error that none gives is not: another code, another constraint, or none expected at all', async () => {
    expect(await verdict(seen(['23514', 'store_pkey']))).toBe('not-serializable');
    expect(await verdict(seen(['23505', 'other_key']))).toBe('not-serializable');
    expect(
      await verdict({
        operations,
        start: {},
        sessions: [
          [[call('create', 'a'), returned('created')]],
          [[call('create', 'b'), failed('23505', 'store_pkey')]],
        ],
        final: { a: 0 },
      }),
    ).toBe('not-serializable');
  });
});

describe('one execution, three orders', () => {
  const order = ['free', 'session', 'real-time'] as const;
  test('a stale read of another session after the write had returned breaks real time only', async () => {
    const verdicts = order.map((rule) =>
      verdict({
        operations,
        start: { x: 0 },
        sessions: [[[call('put', 'x', 1), returned(undefined)]], [[call('read', 'x'), returned(0)]]],
        spans: [[[0, 1]], [[2, 3]]],
        final: { x: 1 },
        order: rule,
      }),
    );
    expect(await Promise.all(verdicts)).toEqual([
      'explained s2.1 s1.1',
      'explained s2.1 s1.1',
      'not-serializable',
    ]);
  });

  test('overlapping in time, it breaks nothing', async () => {
    const verdicts = order.map((rule) =>
      verdict({
        operations,
        start: { x: 0 },
        sessions: [[[call('put', 'x', 1), returned(undefined)]], [[call('read', 'x'), returned(0)]]],
        spans: [[[0, 2]], [[2, 3]]],
        final: { x: 1 },
        order: rule,
      }),
    );
    expect(await Promise.all(verdicts)).toEqual(Array(3).fill('explained s2.1 s1.1'));
  });

  test('a session that does not see its own write breaks its own order, too', async () => {
    const verdicts = order.map((rule) =>
      verdict({
        operations,
        start: { x: 0 },
        sessions: [[[call('put', 'x', 1), returned(undefined)], [call('read', 'x'), returned(0)]]],
        spans: [[[0, 1], [2, 3]]],
        final: { x: 1 },
        order: rule,
      }),
    ); // prettier-ignore
    expect(await Promise.all(verdicts)).toEqual([
      'explained s1.2 s1.1',
      'not-serializable',
      'not-serializable',
    ]);
  });
});

describe('further oracles', () => {
  const seen = {
    operations,
    start: { x: 10 },
    sessions: [[[call('add', 'x', 5), returned(15)]]] as const,
    final: { x: 15 },
  };
  test('an invariant complains, or does not', async () => {
    const invariant = (limit: number) => ({
      small: ({
        tables,
      }: {
        tables: Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;
      }) => (Number(tables['store']?.[0]?.['value']) > limit ? `x is above ${limit}` : undefined),
    });
    expect(await verdict({ ...seen, model: { invariants: invariant(15) } })).toBe('explained s1.1');
    expect(await verdict({ ...seen, model: { invariants: invariant(14) } })).toBe('invariant');
  });

  test('a sequential specification that agrees, and one that does not', async () => {
    const specification = (factor: number) => ({
      init: () => 10,
      apply: (state: number, { args }: { args: readonly unknown[] }) => {
        const value = state + factor * Number(args[1]);
        return { state: value, value };
      },
    });
    expect(await verdict({ ...seen, model: { specification: specification(1) } })).toBe('explained s1.1');
    expect(await verdict({ ...seen, model: { specification: specification(2) } })).toBe('specification');
    const sessions = [[[call('add', 'x', 5), returned(15)]], [[call('add', 'x', 7), returned(22)]]] as const;
    const two = { ...seen, sessions, final: { x: 22 }, model: { specification: specification(1) } };
    expect(await verdict(two)).toBe('explained s1.1 s2.1');
  });

  test('a specification is held against every serial order, not only the one observed', async () => {
    // Agrees while x stays below 20, which only the second operation leaves.
    const specification = {
      init: () => 10,
      apply: (state: number, { args }: { args: readonly unknown[] }) => {
        const value = Math.min(20, state + Number(args[1]));
        return { state: value, value };
      },
    };
    const sessions = [
      [
        [call('add', 'x', 5), returned(15)],
        [call('add', 'x', 7), returned(22)],
      ],
    ] as const;
    expect(await verdict({ ...seen, sessions, final: { x: 22 }, model: { specification } })).toBe(
      'specification',
    );
  });
});
