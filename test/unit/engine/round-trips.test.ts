/**
 * What one execution costs, in round trips and promises: its statements, one round trip that puts connections back, and
 * one that reads the tables and restores them. A question that is added to every execution shows here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../../src/lab/lab.ts';
import { Trial } from '../../../src/lab/trial.ts';
import { runObserved } from '../../../src/search/observation.ts';
import type { Model, Operation } from '../../../src/core/model.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { ByPreemptions } from '../../../src/strategy/by-preemptions.ts';
import { Reduced } from '../../../src/strategy/reduced.ts';
import { TrafficCount, type Traffic } from '../../support/traffic.ts';

const add = 'update counters set value = value + 1 where id = $1';

const addThree: Operation['run'] = async ({ client }, first: number) => {
  for (let id = first; id < first + 3; id += 1) await client.query(add, [id]);
};
const transfer: Operation['run'] = async ({ client }, from: number, to: number) => {
  await client.query('begin');
  await client.query(add, [from]);
  await client.query(add, [to]);
  await client.query('commit');
};

const model: Model = {
  name: 'counted',
  schema: 'create table counters (id integer primary key, value integer not null)',
  operations: { addThree: { run: addThree }, transfer: { run: transfer } },
};
const rows = { counters: [1, 2, 3, 4, 5, 6].map((id) => ({ id, value: 0 })) };
const sixSteps: Scenario = {
  rows,
  sessions: [[{ operation: 'addThree', args: [1] }], [{ operation: 'addThree', args: [4] }]],
};
const transfers: Scenario = {
  rows,
  sessions: [[{ operation: 'transfer', args: [1, 2] }], [{ operation: 'transfer', args: [3, 4] }]],
};

const driver = postgres();
const count = new TrafficCount();
let plain: Lab;
let observed: Lab;
beforeAll(async () => {
  count.watch();
  plain = await Lab.open(model, { engine: driver, isolation: 'read committed', observed: false });
  observed = await Lab.open(model, { engine: driver, isolation: 'read committed' });
});
afterAll(async () => {
  count.stop();
  await plain.close();
  await observed.close();
  await driver.close();
});

/** The traffic of each execution but the first three: before that it is not known which tables it changes. */
async function everySchedule(scenario: Scenario): Promise<readonly Traffic[]> {
  const start = await plain.start(scenario.rows);
  const strategy = new ByPreemptions();
  const all: Traffic[] = [];
  while (strategy.begin()) {
    all.push(await count.of(() => plain.run(scenario, start, (point) => strategy.choose(point))));
  }
  return all.slice(3);
}

/** The round trips of these executions: the same of all, but that a slow reply makes the engine ask who waits. */
function roundTrips(all: readonly Traffic[]): string {
  const own = Math.min(...all.map(({ driver: asked }) => asked));
  const others = all.map(({ sessions, engine }) => `${sessions} of sessions, ${engine} of the engine`);
  return `${[...new Set(others)].join(' or ')}, ${own} of the driver`;
}

describe('round trips of an execution', () => {
  test('six statements: themselves, one for each connection, one for the tables', async () => {
    const all = await everySchedule(sixSteps);
    expect(all).toHaveLength(17);
    expect(roundTrips(all)).toBe('8 of sessions, 1 of the engine, 0 of the driver');
  });

  test('transactions: BEGIN and COMMIT besides, and no question who waits', async () => {
    const all = await everySchedule(transfers);
    expect(roundTrips(all)).toBe('10 of sessions, 1 of the engine, 0 of the driver');
  });

  test('observed: no more than unobserved', async () => {
    const all: Traffic[] = [];
    // No two of the statements touch the same row: a search ends after one execution, and the next runs it again.
    for (let search = 0; search < 6; search += 1) {
      const strategy = new Reduced({ sessions: 2 });
      const trial = await Trial.on(observed, sixSteps);
      await trial.observer();
      expect(strategy.begin()).toBe(true);
      all.push(await count.of(() => runObserved(trial, strategy)));
    }
    expect(roundTrips(all.slice(3))).toBe('8 of sessions, 1 of the engine, 0 of the driver');
  });

  test('judging: none, once it was learned what the operations do alone', async () => {
    const trial = await Trial.on(plain, sixSteps);
    const execution = await trial.run(({ runnable }) => runnable[0] ?? 0);
    await trial.judge(execution);
    const traffic = await count.of(() => trial.judge(execution));
    expect(roundTrips([traffic])).toBe('0 of sessions, 0 of the engine, 0 of the driver');
  });
});

test('six steps make no more than 182 promises', async () => {
  // Others make promises, too: the reporter, a timer. The execution that was disturbed least shows what is ours.
  const least = Math.min(...(await everySchedule(sixSteps)).map(({ promises }) => promises));
  expect(least).toBeGreaterThan(100);
  expect(least).toBeLessThanOrEqual(182);
});
