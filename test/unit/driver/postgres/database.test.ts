import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Driver } from '../../../../src/driver/contract.ts';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { connect, eventually, hasInstalled, installed, pidOf, session } from './support.ts';

const kinds = hasInstalled ? ['embedded', 'installed'] : ['embedded'];

describe.each(kinds)('a database (%s)', (kind) => {
  let driver: Driver;
  let database: Database;
  let first: pg.Client;
  let second: pg.Client;
  let admin: pg.Client;
  beforeAll(async () => {
    driver = postgres(kind === 'installed' ? { binaries: installed } : {});
    database = await driver.open();
    [first, second] = await Promise.all([session(database), session(database)]);
    admin = await connect(database.clientConfig({ kind: 'admin' }));
    await admin.query(
      'create table account (id int primary key, balance int); insert into account values (1, 10), (2, 10)',
    );
  });
  afterAll(async () => {
    await Promise.all([first.end(), second.end(), admin.end()]);
    await driver.close();
  });

  it('says who waits for whom, and a waiting backend says so itself', async () => {
    const [one, two] = await Promise.all([pidOf(first), pidOf(second)]);
    const notices: string[] = [];
    second.on('notice', (notice) => notices.push(notice.message ?? ''));
    expect(await database.waits([one, two])).toEqual([]);

    await first.query('begin; update account set balance = 11 where id = 1');
    await second.query('begin');
    const update = second.query('update account set balance = 12 where id = 1');
    await eventually(async () => (await database.waits([one, two])).length > 0);
    expect(await database.waits([one, two])).toEqual([{ pid: two, blockedBy: [one], isChecked: true }]);
    expect(await database.waits([one])).toEqual([]);
    await eventually(() => notices.some((text) => /still waiting for ShareLock on transaction/.test(text)));

    await first.query('rollback');
    await update;
    expect(await database.waits([one, two])).toEqual([]);
    await second.query('rollback');
    second.removeAllListeners('notice');
  });

  it('sees who waits for a safe snapshot', async () => {
    const [one, two] = await Promise.all([pidOf(first), pidOf(second)]);
    await first.query('begin isolation level serializable; update account set balance = 11 where id = 1');
    await second.query('begin isolation level serializable read only deferrable');
    const read = second.query('select * from account');
    await eventually(async () => (await database.waits([one, two], true)).length > 0);
    expect(await database.waits([one, two], true)).toEqual([
      { pid: two, blockedBy: [one], isChecked: false },
    ]);
    await first.query('rollback');
    await read;
    await second.query('rollback');
  });

  it('chooses as the victim of a deadlock the one who closed the cycle', async () => {
    for (let round = 0; round < 5; round++) {
      await first.query('begin; update account set balance = 11 where id = 1');
      await second.query('begin; update account set balance = 11 where id = 2');
      // To be seen waiting is not enough: the deadlock check must have run, which is what the backend announces.
      const announced = new Promise<void>((resolve) => {
        first.on('notice', ({ message }) => message?.includes(' still waiting for ') && resolve());
      });
      const waiting = first.query('update account set balance = 12 where id = 2');
      await announced;
      first.removeAllListeners('notice');
      await expect(second.query('update account set balance = 12 where id = 1')).rejects.toMatchObject({
        code: '40P01',
      });
      await second.query('rollback');
      await waiting;
      await first.query('rollback');
    }
  });

  it('ends backends at once, whatever they do', async () => {
    const victims = await Promise.all([session(database), session(database)]);
    const pids = await Promise.all(victims.map(pidOf));
    const [sleeper, idler] = victims;
    await idler!.query('begin');
    const sleeping = expect(sleeper!.query('select pg_sleep(3600)')).rejects.toThrow();
    await eventually(
      async () =>
        (await admin.query(`select from pg_stat_activity where pid = $1 and state = 'active'`, [pids[0]]))
          .rowCount === 1,
    );
    await database.terminate(pids);
    expect((await backends(admin)).filter((pid) => pids.includes(pid))).toEqual([]);
    await sleeping;
    await database.terminate(pids);
    await database.terminate([]);
  });

  it('does not end what lies outside of it', async () => {
    const other = await driver.open();
    const outsider = await session(other);
    await database.terminate([await pidOf(outsider)]);
    expect((await outsider.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await outsider.end();
    await other.drop();
  });

  it('keeps the settings of a role through DISCARD ALL', async () => {
    const client = await session(database, 'serializable');
    const read = async (): Promise<unknown> =>
      (
        await client.query(
          `select name, setting from pg_settings where name in ('default_transaction_isolation', 'deadlock_timeout',
             'log_lock_waits', 'statement_timeout', 'lock_timeout', 'application_name') order by name`,
        )
      ).rows;
    const expected = [
      { name: 'application_name', setting: 'pg-lockstep' },
      { name: 'deadlock_timeout', setting: '1' },
      { name: 'default_transaction_isolation', setting: 'serializable' },
      { name: 'lock_timeout', setting: '0' },
      { name: 'log_lock_waits', setting: 'on' },
      { name: 'statement_timeout', setting: '0' },
    ];
    expect(await read()).toEqual(expected);
    await client.query(`set default_transaction_isolation = 'read committed'`);
    await client.query('set deadlock_timeout = 5000');
    await client.query('discard all');
    expect(await read()).toEqual(expected);
    await client.end();
  });

  it('dumps canonical text and may switch triggers off, as admin', async () => {
    const { rows } = await admin.query(
      `select timestamptz '2026-01-02 03:04:05+01' :: text as at, '\\xff'::bytea::text as bytes, interval '1 day 2:03'::text as span,
              current_setting('session_replication_role') as role`,
    );
    expect(rows).toEqual([
      { at: '2026-01-02 02:04:05+00', bytes: '\\xff', span: '1 day 02:03:00', role: 'replica' },
    ]);
  });

  it('can do what it says', () => {
    expect(database.capabilities).toEqual({
      concurrentTransactions: true,
      isolationLevels: ['read committed', 'repeatable read', 'serializable'],
      announcesWaits: true,
      replicaRole: true,
      reportsPlans: true,
    });
    expect(database.wouldWait(first)).toBe(false);
  });
});

async function backends(client: pg.Client): Promise<readonly number[]> {
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database()',
  );
  return rows.map((row) => row.pid);
}
