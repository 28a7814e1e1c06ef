/** When cleaning up after an error fails too, the first error is the one that is reported. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { defaultChoice } from '../../../src/core/schedule.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { turn } from '../../../src/engine/signal.ts';
import type { ExecutionSetup } from '../../../src/engine/execution-setup.ts';
import { Bench, farLimits, sql } from '../../support/bench.ts';

const driver = postgres();
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open(driver, { schema: 'create table t (n int)' });
});
beforeEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

async function run(plan: Partial<ExecutionSetup>): Promise<unknown> {
  const { lane, model } = bench;
  const sessions = [[sql('insert into t values (1)')]];
  return lane.run(lane.base, { model, sessions, choose: defaultChoice, limits: farLimits, ...plan });
}

const first = new Error('the first error');
const later = new Error('an error of cleaning up');
const failing = (): never => {
  throw first;
};

async function stillWorks(): Promise<void> {
  vi.restoreAllMocks();
  await expect(run({})).resolves.toMatchObject({ final: { tables: { t: { rows: [['1']] } } } });
}

test('of a strategy, when the tables cannot be read afterwards', async () => {
  vi.spyOn(bench.lane.tables, 'dump').mockRejectedValueOnce(later);
  await expect(run({ choose: failing })).rejects.toBe(first);
  await stillWorks();
});

test('of a strategy, when a statement that is under way cannot be ended', async () => {
  const { database } = bench.lane;
  const terminate = database.terminate.bind(database);
  const terminating = vi.spyOn(database, 'terminate').mockImplementationOnce(async (pids) => {
    await terminate(pids);
    throw later;
  });
  let choices = 0;
  const sessions = [
    [sql('begin', 'lock table t', 'commit')],
    [sql('insert into t values (1)')],
    [sql('select 1')],
  ];
  const choose = (): number => {
    choices += 1;
    // s1 holds the table, s2 waits for it.
    return choices > 2 ? failing() : choices - 1;
  };
  await expect(run({ sessions, choose })).rejects.toBe(first);
  expect(terminating).toHaveBeenCalledTimes(1);
  await stillWorks();
});

test('of what is done meanwhile, when the tables cannot be read', async () => {
  let failed: () => void = () => {};
  const reading = new Promise<void>((resolve) => (failed = resolve));
  vi.spyOn(bench.lane.tables, 'dump').mockImplementationOnce(async () => {
    failed();
    throw later;
  });
  const meanwhile = async (): Promise<void> => {
    // The tables fail first: nobody waits for them yet, and the process must not end with their error. Node reports it as
    // unhandled in the turn of the event loop in which it was rejected.
    await reading;
    await turn();
    failing();
  };
  await expect(run({ meanwhile })).rejects.toBe(first);
  await stillWorks();
});

test('of reading the tables, when nothing else fails', async () => {
  vi.spyOn(bench.lane.tables, 'dump').mockRejectedValueOnce(later);
  await expect(run({})).rejects.toBe(later);
  await stillWorks();
});
