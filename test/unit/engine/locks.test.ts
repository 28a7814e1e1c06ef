/** Row locks on real Postgres: which schedules there are, who is blocked, who is a deadlock's victim. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LaneExecution } from '../../../src/engine/lane.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Bench, inOrder, lines, releases, sql } from '../../support/bench.ts';

const driver = postgres();
let bench: Bench;
const open = (): Promise<Bench> =>
  Bench.open(driver, {
    schema: 'create table account (id int primary key, balance int not null)',
    rows: { account: [1, 2, 3].map((id) => ({ id, balance: 10 })) },
  });
beforeAll(async () => {
  bench = await open();
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

const update = (id: number): string => `update account set balance = balance + 1 where id = ${id}`;
const transaction = (...ids: readonly number[]) => [sql('begin', ...ids.map(update), 'commit')];
const readAndUpdate = (id: number) => [sql('begin', 'select from account', update(id), 'commit')];

/** Nothing is released for a session between its being blocked and unblocked. */
function expectNobodyBlockedIsChosen({ history, choices }: LaneExecution): void {
  const blocked = new Set<number>();
  let decision = 0;
  for (const event of history) {
    if (event.kind === 'began' || event.kind === 'released')
      expect([...blocked]).not.toContain(event.session);
    if (event.kind === 'blocked') blocked.add(event.session);
    if (event.kind === 'unblocked') blocked.delete(event.session);
    if (event.kind === 'released') {
      expect(choices[decision]?.chosen).toBe(event.session);
      for (const session of blocked) expect(choices[decision]?.point.runnable).not.toContain(session);
      decision += 1;
    }
  }
  expect(decision).toBe(choices.length);
}

describe('two transactions that read, update and commit', () => {
  test('have 14 schedules where they update the same row, as isolationtester finds', async () => {
    const executions = await bench.runAll([readAndUpdate(1), readAndUpdate(1)]);
    expect(executions.length).toBe(14);
    // Of the 20 interleavings of 3 and 3 steps those remain in which nobody steps between the other's update and
    // commit but to read, or to update and wait: after a blocked update the other's commit comes next.
    const orders = executions.map(releases);
    expect(new Set(orders).size).toBe(14);
    expect(orders.filter((order) => order.startsWith('1')).sort()).toEqual([
      '111222', '112122', '112212', '121122', '121212', '122121', '122211',
    ]); // prettier-ignore
    for (const execution of executions) {
      expect(execution.end).toEqual({ kind: 'completed' });
      expect(execution.final.tables['account']?.rows).toContainEqual(['1', '12']);
      expectNobodyBlockedIsChosen(execution);
    }
    // One session waits where both updates come before the first commit.
    const waited = executions.filter(({ history }) => history.some(({ kind }) => kind === 'blocked'));
    expect(waited.map(releases).sort()).toEqual(orders.filter(isContended).sort());
  });

  test('have all 20 where they update different rows, and nobody waits', async () => {
    const executions = await bench.runAll([readAndUpdate(1), readAndUpdate(2)]);
    expect(new Set(executions.map(releases)).size).toBe(20);
    expect(executions.length).toBe(20);
    expect(executions.flatMap(({ history }) => history.filter(({ kind }) => kind === 'blocked'))).toEqual([]);
  });
});

/** The second update comes before the first commit. */
function isContended(order: string): boolean {
  const at = (session: string, step: number): number =>
    order.split('').flatMap((who, index) => (who === session ? index : []))[step] ?? NaN;
  const [first, second] = at('1', 1) < at('2', 1) ? ['1', '2'] : ['2', '1'];
  return at(second, 1) < at(first, 2);
}

describe('blocked', () => {
  test('is observed, recorded with the holder, and followed until it ends', async () => {
    const execution = await bench.run([transaction(1), transaction(1)], inOrder(0, 1, 0, 1));
    expect(lines(execution.history)).toEqual([
      's1 began',
      's1 free begin',
      `s1 released ${update(1)}`,
      's1 completed UPDATE',
      's2 began',
      's2 free begin',
      `s2 released ${update(1)}`,
      's2 blocked by s1',
      's1 released commit',
      's1 completed COMMIT',
      's1 returned',
      's2 unblocked',
      's2 completed UPDATE',
      's2 released commit',
      's2 completed COMMIT',
      's2 returned',
    ]);
    expect(execution.choices.map(({ point }) => point.runnable)).toEqual([[0, 1], [0, 1], [0], [1]]);
  });

  test('a blocked session cannot be chosen: asking for it is a bug of the strategy', async () => {
    await expect(bench.run([transaction(1), transaction(1)], inOrder(0, 1, 1))).rejects.toThrow(
      'the strategy chose session 1, which is not runnable',
    );
    // And nothing of it is left.
    expect((await bench.run([transaction(1)])).end).toEqual({ kind: 'completed' });
  });

  test('one commit wakes two waiters, and both are settled before the next choice', async () => {
    const share = [sql('begin', 'select from account where id = 1 for share', 'commit')];
    const execution = await bench.run([transaction(1), share, share], inOrder(0, 1, 2, 0));
    expect(execution.end).toEqual({ kind: 'completed' });
    expect(lines(execution.history).filter((line) => line.includes('blocked'))).toEqual([
      's2 blocked by s1',
      's3 blocked by s1',
      's2 unblocked',
      's3 unblocked',
    ]);
    expect(execution.choices.map(({ point }) => point.runnable.join())).toEqual([
      '0,1,2',
      '0,1,2',
      '0,2',
      '0',
      '1,2',
      '2',
    ]);
  });

  test('a queue of waiters: each commit lets the next go', async () => {
    const execution = await bench.run(
      [transaction(1), transaction(1), transaction(1)],
      inOrder(0, 1, 2, 0, 1, 2),
    );
    expect(execution.end).toEqual({ kind: 'completed' });
    expect(execution.choices.map(({ point }) => point.runnable)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 2],
      [0],
      [1],
      [2],
    ]);
    expect(execution.final.tables['account']?.rows).toContainEqual(['1', '13']);
  });

  test('a queue of autocommitted updates runs down by itself after one commit', async () => {
    const single = [sql(update(1))];
    const execution = await bench.run([transaction(1), single, single], inOrder(0, 1, 2, 0));
    expect(execution.end).toEqual({ kind: 'completed' });
    expect(execution.choices.length).toBe(4);
    expect(lines(execution.history).slice(-7)).toEqual([
      's1 returned',
      's2 unblocked',
      's2 completed UPDATE',
      's2 returned',
      's3 unblocked',
      's3 completed UPDATE',
      's3 returned',
    ]);
  });
});

describe('deadlock', () => {
  const sessions = [transaction(1, 2), transaction(2, 1)];
  test.each([
    { closes: 's2', order: [0, 1, 0, 1], victim: 1 },
    { closes: 's1', order: [0, 1, 1, 0], victim: 0 },
  ])('$closes closes the cycle and is the victim, 50 of 50', async ({ order, victim }) => {
    let first: LaneExecution | undefined;
    for (let time = 0; time < 50; time += 1) {
      const execution = await bench.run(sessions, inOrder(...order));
      expect(execution.answers[victim]?.[0]).toMatchObject({ kind: 'failed', sqlstate: '40P01' });
      expect(execution.answers[1 - victim]?.[0]).toMatchObject({ kind: 'returned' });
      expect(execution.end).toEqual({ kind: 'completed' });
      first ??= execution;
      expect(lines(execution.history)).toEqual(lines(first.history));
    }
  });

  test('of three sessions', async () => {
    for (let time = 0; time < 10; time += 1) {
      const { answers } = await bench.run(
        [transaction(1, 2), transaction(2, 3), transaction(3, 1)],
        inOrder(0, 1, 2, 0, 1, 2),
      );
      expect(answers.map(([answer]) => answer?.kind)).toEqual(['returned', 'returned', 'failed']);
    }
  });
});
