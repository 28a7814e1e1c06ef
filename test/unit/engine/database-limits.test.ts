/** Nothing waits for the database without a limit: a lock of somebody else, a stopped backend, a schema that sleeps. */
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { defaultLimits, type Limits } from '../../../src/engine/limits.ts';
import { Lane } from '../../../src/engine/lane.ts';
import { defaultChoice } from '../../../src/core/schedule.ts';
import { faultOf } from '../../support/fault-of.ts';
import { sql } from '../../support/bench.ts';

const driver = postgres();
afterAll(() => driver.close());

const schema = 'create table account (id int primary key, balance int not null)';
const pidOf = async ({ client }: { readonly client: pg.Client }): Promise<number> =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
const operations = {
  pid: { run: pidOf },
  stopItself: {
    run: async (session: { readonly client: pg.Client }) => {
      const pid = await pidOf(session);
      process.kill(pid, 'SIGSTOP');
      return pid;
    },
  },
  sql: {
    run: async ({ client }: { readonly client: pg.Client }, ...texts: string[]) => {
      for (const text of texts) await client.query(text);
    },
  },
};

function open(limits: Partial<Limits>, ddl = schema): Promise<Lane> {
  const model = { name: 'limits', schema: ddl, operations };
  return Lane.open({
    driver,
    model,
    isolation: 'read committed',
    limits: { ...defaultLimits, ...limits },
  });
}

async function run(lane: Lane, ...texts: readonly string[]) {
  const start = await lane.states.seed({ account: [{ id: 1, balance: 0 }] });
  const plan = { model: { name: 'limits', schema, operations }, limits: defaultLimits };
  return lane.run(start, { ...plan, sessions: [[sql(...texts)]], choose: defaultChoice });
}

test('a schema that sleeps is a fault that names the limit, and its database goes', async () => {
  const fault = await faultOf(() => open({ schemaTimeoutMs: 100 }, 'select pg_sleep(100)'));
  expect(fault).toMatchObject({ code: 'database-timeout' });
  expect(fault.detail).toContain('100 ms (schemaTimeoutMs) to: select pg_sleep(100)');
});

test('tables that somebody else locked cannot be put back: a fault that names the limit', async () => {
  const lane = await open({ databaseTimeoutMs: 200 });
  const other = new pg.Client(lane.database.clientConfig({ kind: 'admin' }));
  await other.connect();
  try {
    await run(lane, 'select 1');
    await other.query('begin; lock table account');
    const fault = await faultOf(() => run(lane, 'select 1'));
    expect(fault).toMatchObject({ code: 'database-timeout' });
    expect(fault.detail).toContain('200 ms (databaseTimeoutMs)');
  } finally {
    await other.end();
    await lane.close();
  }
});

describe.runIf(process.platform === 'linux')('a backend that was stopped', () => {
  test('while its state is put back costs its client, and no more', async () => {
    const lane = await open({ databaseTimeoutMs: 200 });
    const pids: unknown[] = [];
    const call = async (operation: string): Promise<void> => {
      const start = await lane.states.seed({});
      const plan = { model: { name: 'limits', schema, operations }, limits: defaultLimits };
      const sessions = [[{ operation, args: [] }]];
      const { end, answers } = await lane.run(start, { ...plan, sessions, choose: defaultChoice });
      expect(end).toEqual({ kind: 'completed' });
      pids.push(answers[0]?.[0]);
    };
    try {
      await call('stopItself');
      await call('pid');
      await call('pid');
    } finally {
      await lane.close();
    }
    expect(pids[1]).toEqual(pids[2]);
    expect(pids[1]).not.toEqual(pids[0]);
  });

  test('as the one that reads tables is a fault, and its database goes', async () => {
    const lane = await open({ databaseTimeoutMs: 200 });
    await run(lane, 'select 1');
    const reader = new pg.Client(lane.database.clientConfig({ kind: 'admin' }));
    await reader.connect();
    const { rows } = await reader.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await reader.end();
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
    const fault = await faultOf(() => run(lane, 'select 1'));
    expect(fault).toMatchObject({ code: 'database-timeout' });
    await lane.close();
  });

  test('with all others is no obstacle to who drops its database', async () => {
    const lane = await open({});
    const witness = new pg.Client({ ...lane.database.clientConfig({ kind: 'admin' }), database: 'postgres' });
    await witness.connect();
    const { rows } = await witness.query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
    await lane.close();
    const { rows: left } = await witness.query(
      `select datname from pg_database where datname like 'lockstep%'`,
    );
    await witness.end();
    expect(left).toEqual([]);
  });
});
