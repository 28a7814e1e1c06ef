/**
 * The backend that closes a cycle is the one whose deadlock check finds it, whatever each backend's timer says: before
 * anybody else may close one, the checks of all that wait have run. Timers of very different lengths make certain what
 * a loaded machine does now and then.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { GatedClient } from '../../../src/driver/gated-client.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Bench, inOrder, lines, sql } from '../../support/bench.ts';

const driver = postgres();
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open(driver, {
    schema: 'create table account (id int primary key, balance int not null)',
    rows: { account: [1, 2, 3].map((id) => ({ id, balance: 10 })) },
  });
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

const update = (id: number): string => `update account set balance = balance + 1 where id = ${id}`;
/** One statement that updates one row after the other. */
const both = (first: number, second: number): string =>
  `do $$ begin ${update(first)}; ${update(second)}; end $$`;
const timer = (ms: number): string => `set deadlock_timeout = '${ms}ms'`;

describe('a waiter that was resumed and waits again', () => {
  test.each([
    { slower: 's2', timers: [80, 1] },
    { slower: 's3', timers: [40, 80] },
  ])('is no victim of a cycle that s3 closes after it: $slower is slower', async ({ timers }) => {
    const [second = 0, third = 0] = timers;
    const { answers, end } = await bench.run(
      [
        [sql('begin', update(1), 'commit')],
        [sql(timer(second), 'begin', update(2), both(1, 3), 'commit')],
        [sql(timer(third), 'begin', update(3), update(1), 'commit')],
      ],
      // Both wait for row 1; s2 gets it first and waits for s3, which then waits for s2.
      inOrder(0, 1, 2, 1, 2, 0),
    );
    expect(end).toEqual({ kind: 'completed' });
    expect(answers.map(([answer]) => answer?.kind)).toEqual(['returned', 'returned', 'failed']);
    expect(answers[2]?.[0]).toMatchObject({ sqlstate: '40P01' });
  });
});

test('a cycle through a waiter that is stopped is seen as one, and its closer never counts as blocked', async () => {
  const { history, answers, end } = await bench.run(
    [
      [sql('begin', update(2), update(3), 'commit')],
      [sql(timer(80), 'begin', update(3), update(2), 'commit')],
      [sql(update(3))],
    ],
    // Both wait for row 3, so both are stopped when s2 closes the cycle with s1.
    inOrder(0, 1, 0, 2, 1),
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(answers.map(([answer]) => answer?.kind)).toEqual(['returned', 'failed', 'returned']);
  expect(lines(history).filter((line) => line.includes('blocked by'))).toEqual([
    's1 blocked by s2',
    's3 blocked by s1',
  ]);
});

test('no backend is stopped before its deadlock check has run', async () => {
  const { stillness } = bench.lane.database;
  if (stillness === undefined) throw new Error('on a cluster of our own backends can be stopped');
  const stopped: number[] = [];
  const notices = vi.spyOn(GatedClient.prototype, 'emit');
  const announced = (): readonly number[] =>
    notices.mock.calls.flatMap(([event, notice], index) => {
      const waits = event === 'notice' && String(notice?.message).includes('still waiting for');
      return waits ? (notices.mock.contexts[index] as GatedClient).pid : [];
    });
  const stopping = vi.spyOn(stillness, 'stop').mockImplementation((pids) => {
    stopped.push(...pids);
    expect(new Set(announced())).toEqual(new Set(pids));
  });
  const resuming = vi.spyOn(stillness, 'resume').mockImplementation(() => {});
  try {
    const waits = [sql(timer(50), 'begin', update(1), 'commit')];
    const { end } = await bench.run([[sql('begin', update(1), 'commit')], waits, waits], inOrder(0, 1, 2, 0));
    expect(end).toEqual({ kind: 'completed' });
  } finally {
    for (const spy of [notices, stopping, resuming]) spy.mockRestore();
  }
  expect(stopped).toHaveLength(2);
});
