/** Several lanes: the same results as one, each scenario in a database of its own, and nothing left behind. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { Lab } from '../../../src/lab/lab.ts';
import type { CheckResult } from '../../../src/core/result.ts';
import type { Model } from '../../../src/core/model.ts';
import type { Database, Driver } from '../../../src/driver/contract.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { account, addInPlace, modelOf, readThenWrite } from '../../support/models.ts';
import { faultOf } from '../../support/fault-of.ts';

const engine = postgres();
let beside: Database;
beforeAll(async () => {
  beside = await engine.open();
});
afterAll(() => engine.close());

/** The engine, and what was opened and dropped through it. */
function counted(): { readonly driver: Driver; readonly opened: Database[]; dropped: number } {
  const count = { opened: [] as Database[], dropped: 0 };
  const driver: Driver = {
    kind: engine.kind,
    open: async () => {
      const database = await engine.open();
      count.opened.push(database);
      const drop = database.drop.bind(database);
      database.drop = () => {
        count.dropped += 1;
        return drop();
      };
      return database;
    },
    close: async () => {},
  };
  return Object.assign(count, { driver });
}

/** What a result says, without what tells how the work was done. */
function said(result: CheckResult): unknown {
  expect(result.coverage.learned).toBeGreaterThan(0);
  return { ...result, durationMs: undefined, coverage: { ...result.coverage, learned: undefined } };
}

async function checkOn(lanes: number, model: Model): Promise<{ result: CheckResult; databases: number }> {
  const count = counted();
  const result = await check(model, { engine: count.driver, seed: 3, numRuns: 8, maxSchedules: 40, lanes });
  expect(count.dropped).toBe(count.opened.length);
  return { result, databases: count.opened.length };
}

describe.each([
  ['holds', account(addInPlace)],
  ['violated', account(readThenWrite)],
] as const)('a model that is to be %s', (verdict, model) => {
  test('one, two and three lanes give the same result', async () => {
    const one = await checkOn(1, model);
    expect(one.databases).toBe(1);
    expect(one.result.verdict).toBe(verdict);
    for (const lanes of [2, 3]) {
      const several = await checkOn(lanes, model);
      expect(several.databases).toBe(lanes);
      expect(said(several.result)).toEqual(said(one.result));
    }
  });
});

test('two executions are under way at once, in different databases', async () => {
  const names = new Set<string>();
  const model = account(async ({ client }) => {
    const { rows } = await client.query('select current_database() as name');
    names.add(rows[0].name);
    // The first execution goes on until another one has begun elsewhere: it has no verdict, and needs none.
    for (let tries = 0; names.size < 2 && tries < 400; tries += 1)
      await client.query('select pg_sleep(0.02)');
  });
  await check(model, { engine, seed: 1, numRuns: 100, sessions: 1, lanes: 2, limits: { maxSteps: 1_000 } });
  expect(names.size).toBe(2);
});

test('a scenario is searched in one database from beginning to end', async () => {
  const runs = vi.spyOn(Lab.prototype, 'run');
  const databases = new Map<string, Set<unknown>>();
  try {
    const model = account(addInPlace);
    const { coverage } = await check(model, { engine, seed: 5, numRuns: 40, maxSchedules: 60, lanes: 2 });
    expect(coverage.schedules).toBeGreaterThan(coverage.scenarios * 16);
    const labs = runs.mock.contexts as Lab[];
    for (const [index, [scenario]] of runs.mock.calls.entries()) {
      const key = JSON.stringify(scenario);
      databases.set(key, (databases.get(key) ?? new Set()).add(labs[index]?.lane.database));
    }
  } finally {
    runs.mockRestore();
  }
  expect(new Set([...databases.values()].flatMap((used) => [...used])).size).toBe(2);
  expect([...databases.values()].map((used) => used.size)).toEqual([...databases].map(() => 1));
});

test('an operation that never returns is noticed, whichever lane it ran on', async () => {
  const model = modelOf('create table t (x int)', {
    fail: ({ client }) => client.query('select 1 / 0'),
  });
  const fault = await faultOf(() => check(model, { engine, seed: 1, numRuns: 6, lanes: 2 }));
  expect(fault).toMatchObject({ code: 'operation-always-fails' });
});

test('nothing is left on the server', async () => {
  const client = new pg.Client(beside.clientConfig({ kind: 'admin' }));
  await client.connect();
  const { rows } = await client.query(`select datname from pg_database where datname ~ 'lockstep'`);
  await client.end();
  expect(rows).toHaveLength(1);
});
