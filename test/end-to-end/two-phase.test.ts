/** Two-phase commit: what a session prepared holds its locks, and is put back, though no connection has it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, type CheckResult, type Model, type Session } from '../../src/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import type { Driver } from '../../src/driver/contract.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import type { Cluster } from '../../src/driver/postgres/cluster.ts';
import { call } from '../support/bench.ts';
import { modelOf } from '../support/models.ts';
import { compareSearches } from '../support/searches.ts';
import { connectTo, startServer, urlOf } from '../unit/driver/postgres/support.ts';

type Code = (session: Session) => Promise<unknown>;

const sql = (...texts: readonly string[]): Code => async ({ client }) => {
  let rows: unknown[] = [];
  for (const text of texts) ({ rows } = await client.query(text));
  return rows;
}; // prettier-ignore

const add = 'update t set n = n + 1';
const prepare = "prepare transaction 'job'";
const commit = "commit prepared 'job'";

const rows = { t: [{ n: 1 }] };
const model = (operations: Readonly<Record<string, Code>>): Model =>
  modelOf('create table t (n integer); create table log (n integer)', operations, { rows });

const calls = (...names: readonly string[]) => names.map((name) => call(name));

describe.each(['postgres', 'plain'])('as %s', (role) => {
  let cluster: Cluster;
  let engine: Driver;
  beforeAll(async () => {
    cluster = await startServer({ settings: { max_prepared_transactions: '5' } });
    const client = await connectTo(cluster);
    await client.query('create role plain login createdb');
    await client.end();
    engine = postgres({ server: urlOf(cluster.address, role) });
  });
  afterAll(async () => {
    await engine.close();
    await cluster.stop();
  });

  const run = (which: Model, ...sessions: ReturnType<typeof calls>[]): Promise<CheckResult> =>
    check(which, {
      engine,
      sessions: sessions.length,
      maxOperations: 2,
      numRuns: 1,
      limits: { stepTimeoutMs: 3_000 },
      examples: [{ rows, sessions }],
    });

  it('holds what it locked until it is committed', async () => {
    const safe = model({ act: sql('begin', add, prepare, commit) });
    expect((await run(safe, calls('act'), calls('act'))).verdict).toBe('holds');
  });

  it('loses updates as any other transaction does', async () => {
    const losing = model({
      act: async ({ client }) => {
        const { rows } = await client.query<{ n: number; pid: number }>(
          'select n, pg_backend_pid() as pid from t',
        );
        await client.query('begin');
        await client.query(`update t set n = ${(rows[0]?.n ?? 0) + 1}`);
        await client.query(`prepare transaction '${rows[0]?.pid}'`);
        await client.query(`commit prepared '${rows[0]?.pid}'`);
      },
    });
    expect((await run(losing, calls('act'), calls('act'))).verdict).toBe('violated');
  });

  it('left behind, keeps others waiting for ever, and is gone with its run', async () => {
    const left = await run(model({ act: sql('begin', add, prepare) }), calls('act'), calls('act'));
    expect(left).toMatchObject({
      verdict: 'violated',
      counterexample: { explanation: { anomaly: { code: 'stuck' } } },
    });
  });

  it('left to the session’s next operation, is no violation', async () => {
    const parts = model({
      first: sql('begin', add, prepare),
      second: sql(commit),
      read: sql('select n from t'),
    });
    expect((await run(parts, calls('first', 'second'), calls('read'))).verdict).toBe('holds');
  });

  // Without superuser rights nothing is reduced.
  it.runIf(role === 'postgres')('loses nothing to the reduction', async () => {
    const parts = model({
      // What it wrote first shows last.
      job: sql('begin', add, prepare, 'insert into log values (1)', commit),
      double: sql('update t set n = n * 2'),
      look: async (session) => [
        await sql('select count(*)::int as n from log')(session),
        await sql('select n from t')(session),
      ],
    });
    const lab = await Lab.open(parts, { engine, isolation: 'read committed' });
    try {
      for (const other of ['double', 'look']) {
        const scenario = { rows, sessions: [calls('job'), calls(other)] };
        const compared = await compareSearches(lab, scenario, {
          maxSchedules: 500,
          sample: 0,
          maxReduced: 500,
        });
        expect(compared?.all).toMatchObject({ exhausted: true, gaveUp: [] });
        expect(compared?.missed).toEqual([]);
        expect(compared?.distrusting).toBe(false);
      }
    } finally {
      await lab.close();
    }
  });
});
