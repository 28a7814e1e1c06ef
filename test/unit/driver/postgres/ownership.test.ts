/** What a run leaves on a given server when it is killed goes with the next run; what is not provably ours stays. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../../../src/driver/postgres/cluster.ts';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { ServiceConnection } from '../../../../src/driver/postgres/service-connection.ts';
import {
  createOwned,
  dropDatabase,
  freshName,
  limitOf,
} from '../../../../src/driver/postgres/stale-databases.ts';
import {
  connect,
  connectTo,
  databases,
  eventually,
  hasInstalled,
  installed,
  nameOf,
  session,
  startChild,
  startServer,
  urlOf,
} from './support.ts';

const kinds = hasInstalled ? ['embedded', 'installed'] : ['embedded'];

describe.each(kinds)('on a given server (%s)', (kind) => {
  let cluster: Cluster;
  let behind: pg.Client;
  let server: string;
  beforeAll(async () => {
    cluster = await startServer({
      settings: { max_prepared_transactions: '5' },
      ...(kind === 'installed' && { binaries: { bin: installed, native: undefined } }),
    });
    behind = await connectTo(cluster);
    server = urlOf(cluster.address);
  });
  afterAll(async () => {
    await behind.end();
    await cluster.stop();
  });

  const open = (database: string): Promise<ServiceConnection> => {
    const { host, port, user } = cluster.address;
    return ServiceConnection.open({ host, port, user, database }, cluster.address);
  };

  /** What every run does first. */
  const sweep = async (): Promise<readonly string[]> => {
    const next = postgres({ server });
    await next.open();
    await next.close();
    return databases(behind);
  };

  /** A database of a run that was killed. */
  const leftover = async (): Promise<string> => {
    const child = await startChild(['stay', server]);
    child.process.kill('SIGKILL');
    await child.ended;
    // The server notices the loss when it next reads from the connection.
    await eventually(async () => {
      const { rows } = await behind.query('select from pg_stat_activity where datname = $1', [child.name]);
      return rows.length === 0;
    });
    return child.name;
  };

  it('a database of the user stays, whatever it is called and however it is described', async () => {
    const words = `comment on database`;
    const text = `'pg-lockstep: made for a test run, dropped after it'`;
    await behind.query('create database lockstep_orders');
    await behind.query(`${words} lockstep_orders is ${text}`);
    await behind.query('create database lockstep_0123456789ab');
    await behind.query(`${words} lockstep_0123456789ab is ${text}`);
    // One that was ours, and that somebody keeps.
    const renamed = await leftover();
    await behind.query(`alter database ${renamed} rename to lockstep_keep`);
    const copied = await leftover();
    await behind.query(`create database lockstep_abcdef012345 template ${copied}`);
    await behind.query(`${words} lockstep_abcdef012345 is ${text}`);

    const theirs = ['lockstep_0123456789ab', 'lockstep_abcdef012345', 'lockstep_keep', 'lockstep_orders'];
    const after = await sweep();
    expect(after.filter((name) => name.startsWith('lockstep_'))).toEqual(theirs);
    for (const name of theirs) await behind.query(`drop database ${name}`);
  });

  it('one whose run was killed right after it was created goes', async () => {
    // The second statement of every run, a comment, waits here.
    const blocker = await connectTo(cluster);
    await blocker.query('begin; lock table pg_shdescription in access exclusive mode');
    const before = await databases(behind);
    const child = startChild(['stay', server], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.catch(() => undefined);
    let waiting: { pid: number; process: number } | undefined;
    await eventually(async () => {
      const { rows } = await behind.query<{ pid: number; process: number }>(
        `select pid from pg_stat_activity where query like 'comment on database%' and wait_event_type = 'Lock'`,
      );
      return (waiting = rows[0]) !== undefined;
    });
    const [made] = (await databases(behind)).filter((name) => !before.includes(name));
    expect(made).toMatch(/^lockstep_/);
    // To the server a killed client is one whose backend ends; a backend that waits would only notice later.
    await behind.query('select pg_terminate_backend($1)', [waiting?.pid]);
    await expect(child).rejects.toThrow('ended before its database was open');
    await blocker.query('rollback');
    await blocker.end();
    expect(await sweep()).toEqual(before);
  });

  it('one with a prepared transaction inside goes', async () => {
    const name = await leftover();
    const { host, port, user } = cluster.address;
    const inside = await connect({ host, port, user, database: name });
    await inside.query(
      `create table t (x int); begin; insert into t values (1); prepare transaction 'it''s'`,
    );
    await inside.end();
    expect(await sweep()).not.toContain(name);
    expect((await behind.query('select from pg_prepared_xacts')).rowCount).toBe(0);
  });

  it('one whose removal was cut off goes', async () => {
    const name = await leftover();
    await behind.query('update pg_database set datconnlimit = -2 where datname = $1', [name]);
    expect(await sweep()).not.toContain(name);
  });

  it('one whose run lives stays, also when the run has lost a connection', async () => {
    const live = postgres({ server, connectTimeoutMs: 9_000 });
    const database = await live.open();
    const name = nameOf(database);
    expect(await sweep()).toContain(name);
    const { rowCount } = await behind.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'postgres' and pid <> pg_backend_pid()`,
    );
    expect(rowCount).toBe(1);
    expect(await sweep()).toContain(name);
    const client = await session(database);
    await client.end();
    // What that run cannot drop any more goes when it is dead.
    await live.close();
    expect(await sweep()).not.toContain(name);
  });

  it.each([120_000, 180_000])('in use, it is dropped (as version %i is asked to)', async (versionNumber) => {
    const connection = await open('postgres');
    const name = freshName();
    await createOwned(connection, name);
    const { rows } = await behind.query<{ limit: number }>(
      'select datconnlimit as limit from pg_database where datname = $1',
      [name],
    );
    expect(rows).toEqual([{ limit: limitOf(name) }]);
    const user = await open(name);
    await dropDatabase({ connection, versionNumber, inside: open }, name);
    expect(await databases(behind)).not.toContain(name);
    await Promise.all([user.end(), connection.end()]);
  });
});
