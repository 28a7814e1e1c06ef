import { describe, expect, test } from 'vitest';
import { NotAFunction } from '../../../src/oracle/learned.ts';
import { call } from '../../support/bench.ts';
import { judged, learn, returned, stateOf, type Pure } from '../../support/pure-oracle.ts';

const add: Pure = (store, _memory, _next, amount: number) => (store['x'] = Number(store['x']) + amount);

describe('learned transitions', () => {
  test('are executed once each', async () => {
    const learned = learn({ add });
    const start = learned.number(stateOf({ x: 0 }));
    const first = await learned.apply(start, call('add', 1), {});
    expect(first.answer).toEqual(returned(1));
    await learned.apply(start, call('add', 1), {});
    await learned.apply(start, call('add', 1), {});
    expect(learned.executions).toBe(1);
    await learned.apply(start, call('add', 2), {});
    await learned.apply(first.state, call('add', 1), {});
    await learned.apply(start, call('add', 1), { remembers: 'something' });
    expect(learned.executions).toBe(4);
  });

  test('lead to equal states by any way', async () => {
    const learned = learn({ add });
    const start = learned.number(stateOf({ x: 0 }));
    const one = await learned.apply(start, call('add', 1), {});
    const [three, other] = [
      await learned.apply(one.state, call('add', 2), {}),
      await learned.apply(start, call('add', 3), {}),
    ];
    expect(three.state).toBe(other.state);
    expect(learned.state(three.state)).toEqual(stateOf({ x: 3 }));
  });

  test('are all that a search needs: two sessions of two operations have 6 orders and 12 transitions at most', async () => {
    const learned = learn({ add });
    const calls = (n: number) => [call('add', n), call('add', 2 * n)];
    const seen = {
      operations: { add },
      learned,
      start: { x: 0 },
      sessions: [1, 10].map((n) => calls(n).map((each) => [each, returned(-1)] as const)),
      final: { x: 33 },
    };
    expect((await judged(seen)).kind).toBe('violation');
    // 4 subsets of two finished counts have two next calls each, 4 have one: 9 positions, 12 edges.
    expect(learned.executions).toBe(12);
    await judged(seen);
    expect(learned.executions).toBe(12);
  });

  test('are executed again at the 8th use, and must agree', async () => {
    let clock = 0;
    const learned = learn({ tick: (store) => (store['x'] = clock += 1) });
    const start = learned.number(stateOf({ x: 0 }));
    for (let use = 1; use < 8; use += 1) await learned.apply(start, call('tick'), {});
    expect(learned.executions).toBe(1);
    const failure = await learned.apply(start, call('tick'), {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotAFunction);
    expect(failure).toMatchObject({ call: call('tick'), first: returned(1), second: returned(2) });
    expect((failure as Error).message).toBe(
      'tick, run alone from the same state, gave two different results',
    );
  });

  test('that agree go on; then at the 64th and every 512th use', async () => {
    const learned = learn({ add });
    const start = learned.number(stateOf({ x: 0 }));
    const executed: number[] = [];
    for (let use = 1; use <= 1_024; use += 1) {
      const before = learned.executions;
      await learned.apply(start, call('add', 1), {});
      if (learned.executions > before) executed.push(use);
    }
    expect(executed).toEqual([1, 8, 64, 512, 1_024]);
  });

  test('are forgotten when there are too many, and learned again', async () => {
    const learned = learn({ add });
    const start = learned.number(stateOf({ x: 0 }));
    await learned.apply(start, call('add', 1), {});
    learned.trim(2);
    expect(learned.state(start)).toEqual(stateOf({ x: 0 }));
    learned.trim(1);
    expect(() => learned.state(start)).toThrow('there is no state 0');
    await learned.apply(learned.number(stateOf({ x: 0 })), call('add', 1), {});
    expect(learned.executions).toBe(2);
  });
});

describe('the evidence of a violation', () => {
  const violationOf = async (one: number, two: number, x: number) => {
    const judgement = await judged({
      operations: { add },
      start: { x: 10 },
      sessions: [[[call('add', 5), returned(one)]], [[call('add', 7), returned(two)]]],
      final: { x },
    });
    if (judgement.kind !== 'violation' || judgement.violation.kind !== 'not-serializable')
      throw new Error('expected');
    return judgement.violation;
  };

  test('lists every serial outcome, and the nearest one with its differences', async () => {
    const violation = await violationOf(15, 17, 17);
    expect(violation.complete).toBe(true);
    expect(violation.serial.map(({ answers, orders }) => [answers, orders])).toEqual([
      [[[returned(15)], [returned(22)]], 1],
      [[[returned(22)], [returned(17)]], 1],
    ]);
    // Nearer than s2, s1 is none: both differ in one answer and the table.
    expect(violation.nearest?.order).toEqual([
      { session: 0, operation: 0 },
      { session: 1, operation: 0 },
    ]);
    expect(violation.differences).toEqual([
      { where: { session: 1, operation: 0 } },
      { where: { table: 'store' } },
    ]);
  });

  test('the nearest is the one with the fewest differences', async () => {
    const violation = await violationOf(99, 17, 22);
    expect(violation.nearest?.order[0]).toEqual({ session: 1, operation: 0 });
    expect(violation.nearest?.answers).toEqual([[returned(22)], [returned(17)]]);
    expect(violation.differences).toEqual([{ where: { session: 0, operation: 0 } }]);
  });

  test('an outcome that several orders give is listed once, with their number', async () => {
    const judgement = await judged({
      operations: { put: (store, _memory, _next, value: number) => void (store['x'] = value) },
      start: { x: 0 },
      sessions: [1, 1, 2].map((value) => [[call('put', value), returned(undefined)]]),
      final: { x: 3 },
    });
    if (judgement.kind !== 'violation' || judgement.violation.kind !== 'not-serializable')
      throw new Error('expected');
    expect(
      judgement.violation.serial.map(({ state, orders }) => [state.tables['store']?.rows[0]?.[1], orders]),
    ).toEqual([
      ['2', 2],
      ['1', 4],
    ]);
  });
});
