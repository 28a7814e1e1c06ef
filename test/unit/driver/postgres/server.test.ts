import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFault } from '../../../../src/core/fault.ts';
import type { Cluster } from '../../../../src/driver/postgres/cluster.ts';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { checkVersion } from '../../../../src/driver/postgres/server-facts.ts';
import {
  connect,
  connectTo,
  databases,
  eventually,
  faultOf,
  hasInstalled,
  installed,
  nameOf,
  session,
  startChild,
  startServer,
  urlOf,
} from './support.ts';

const kinds = hasInstalled ? ['embedded', 'installed'] : ['embedded'];

describe.each(kinds)('a given server (%s)', (kind) => {
  let cluster: Cluster;
  let behind: pg.Client;
  beforeAll(async () => {
    cluster = await startServer(
      kind === 'installed' ? { binaries: { bin: installed, native: undefined } } : {},
    );
    behind = await connectTo(cluster);
  });
  afterAll(async () => {
    await behind.end();
    await cluster.stop();
  });

  it('gets databases of our own, which go with close; nothing else is touched', async () => {
    const before = await databases(behind);
    const driver = postgres({ server: urlOf(cluster.address) });
    const one = await driver.open();
    const two = await driver.open();
    expect(await databases(behind)).toEqual([...before, nameOf(one), nameOf(two)].sort());
    const client = await session(one);
    expect((await client.query('select current_database() as name')).rows).toEqual([{ name: nameOf(one) }]);
    await client.end();
    await one.drop();
    await one.drop();
    expect(await databases(behind)).toEqual([...before, nameOf(two)].sort());
    await driver.close();
    expect(await databases(behind)).toEqual(before);
  });

  it('loses what a killed run left, but neither a live run nor what is not ours', async () => {
    const server = urlOf(cluster.address);
    const live = postgres({ server, connectTimeoutMs: 9_000 });
    const alive = await live.open();
    await behind.query('create database lockstep_foreign');
    const child = await startChild(['stay', server]);
    child.process.kill('SIGKILL');
    await child.ended;
    expect(await databases(behind)).toContain(child.name);
    // The server notices the loss when it next reads from the connection.
    await eventually(async () => {
      const { rows } = await behind.query('select from pg_stat_activity where datname = $1', [child.name]);
      return rows.length === 0;
    });

    const next = postgres({ server });
    await next.open();
    const after = await databases(behind);
    expect(after).not.toContain(child.name);
    expect(after).toContain(nameOf(alive));
    expect(after).toContain('lockstep_foreign');
    await Promise.all([next.close(), live.close()]);
    await behind.query('drop database lockstep_foreign');
  });

  it('is clean after a process that came to its end without close', async () => {
    const child = await startChild(['end', urlOf(cluster.address)]);
    expect(await child.ended).toBe(0);
    expect(await databases(behind)).not.toContain(child.name);
  });

  it('without superuser rights says what cannot be controlled', async () => {
    await behind.query('create role plain login createdb');
    const driver = postgres({ server: urlOf(cluster.address, 'plain') });
    const database = await driver.open();
    expect(database.capabilities).toMatchObject({ announcesWaits: false, replicaRole: false });
    const client = await session(database, 'serializable');
    expect((await client.query(`select current_setting('transaction_isolation') as level`)).rows).toEqual([
      { level: 'serializable' },
    ]);
    await client.end();
    const admin = await connect(database.clientConfig({ kind: 'admin' }));
    await admin.end();
    await driver.close();
  });

  it('refuses in plain words', async () => {
    await behind.query('create role bound login');
    await behind.query('create role full_role login createdb connection limit 0');
    const noRight = await faultOf(postgres({ server: urlOf(cluster.address, 'bound') }).open());
    expect(noRight).toMatchObject({ code: 'cannot-create-database', kind: 'engine' });
    expect(noRight.hint).toContain('CREATEDB');
    const full = await faultOf(postgres({ server: urlOf(cluster.address, 'full_role') }).open());
    expect(full).toMatchObject({ code: 'server-full' });
    const noRole = await faultOf(postgres({ server: urlOf(cluster.address, 'missing') }).open());
    expect(noRole).toMatchObject({ code: 'server-refused' });
    expect(noRole.detail).toContain('missing');
  });

  it('keeps the startup options of the URL, with ours after them', async () => {
    const options = encodeURIComponent('-c work_mem=5MB -c statement_timeout=10s');
    const driver = postgres({ server: `${urlOf(cluster.address)}&options=${options}` });
    const client = await session(await driver.open());
    const { rows } = await client.query(
      `select current_setting('work_mem') as mem, current_setting('statement_timeout') as timeout`,
    );
    expect(rows).toEqual([{ mem: '5MB', timeout: '0' }]);
    await client.end();
    await driver.close();
  });
});

describe('a server that cannot be had', () => {
  it('a wrong password, which is never shown', async () => {
    const cluster = await startServer({ listen: 'port' });
    const fault = await faultOf(
      postgres({ server: urlOf(cluster.address, 'postgres', 'opensesame') }).open(),
    );
    expect(fault).toMatchObject({ code: 'server-refused', kind: 'engine' });
    expect(formatFault(fault)).toContain(`127.0.0.1 port ${cluster.address.port}`);
    expect(formatFault(fault)).not.toContain('opensesame');
    const right = postgres({ server: urlOf(cluster.address) });
    await right.open();
    await right.close();
    await cluster.stop();
  });

  it('nobody listens: port, socket, name', async () => {
    for (const server of [
      'postgres://me:opensesame@127.0.0.1:1/postgres',
      'postgres://me:opensesame@/postgres?host=/nowhere',
      'postgres://me:opensesame@no-such-host.invalid/postgres',
    ]) {
      const fault = await faultOf(postgres({ server }).open());
      expect(fault).toMatchObject({ code: 'server-not-there', kind: 'engine' });
      expect(formatFault(fault)).not.toContain('opensesame');
    }
  });

  it('somebody listens and says nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as AddressInfo;
    const fault = await faultOf(
      postgres({ server: `postgres://me@127.0.0.1:${port}/x`, connectTimeoutMs: 200 }).open(),
    );
    expect(fault).toMatchObject({ code: 'server-not-there' });
    silent.close();
  });

  it('an address that is none', async () => {
    const fault = await faultOf(postgres({ server: 'postgres://me:opensesame@host:port/x' }).open());
    expect(fault).toMatchObject({ code: 'bad-server-url', kind: 'usage' });
    expect(formatFault(fault)).not.toContain('opensesame');
  });

  it('too old', () => {
    expect(() => checkVersion({ version: '11.22', versionNumber: 110_022 })).toThrowError(
      expect.objectContaining({
        code: 'server-too-old',
        detail: expect.stringContaining('11.22') as string,
      }) as Error,
    );
    expect(() => checkVersion({ version: '12.0', versionNumber: 120_000 })).not.toThrow();
  });
});
