import { existsSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parsePasswd } from '../../../../src/driver/postgres/cluster-user.ts';
import { insideOf } from '../../../../src/driver/postgres/private-folder.ts';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import {
  allGone,
  connect,
  connectTo,
  faultOf,
  folderOf,
  hasInstalled,
  installed,
  isRoot,
  isRunning,
  nameOf,
  pidsOf,
  session,
  startChild,
  startServer,
} from './support.ts';

describe('a throw-away cluster', () => {
  const driver = postgres();
  afterAll(() => driver.close());

  it('is one per configuration and process', () => {
    expect(postgres()).toBe(driver);
    expect(postgres({ connectTimeoutMs: 10_000 })).toBe(driver);
    expect(postgres({ connectTimeoutMs: 9_000 })).not.toBe(driver);
  });

  it('is private, gives a database per open, and leaves nothing after close', async () => {
    const [one, two] = await Promise.all([driver.open(), driver.open()]);
    expect(one.engine).toMatch(/^postgres \d+\.\d+$/);
    const folder = folderOf(one);
    expect(folderOf(two)).toBe(folder);
    expect(nameOf(one)).not.toBe(nameOf(two));

    const inside = insideOf(folder);
    expect(statSync(inside).mode & 0o777).toBe(0o700);
    expect(statSync(join(inside, '.s.PGSQL.5432')).mode & 0o777).toBe(0o700);
    expect(statSync(folder).uid).toBe(process.getuid?.());
    expect(statSync(folder).mode & 0o777).toBe(isRoot ? 0o710 : 0o700);
    if (isRoot) expect(statSync(inside).uid).not.toBe(0);

    const client = await session(one);
    const { rows } = await client.query(
      `select current_setting('listen_addresses') as tcp, current_setting('fsync') as fsync`,
    );
    expect(rows).toEqual([{ tcp: '', fsync: 'off' }]);
    await client.end();

    const pids = pidsOf(folder);
    await driver.close();
    // At once, not eventually: close waits.
    expect(existsSync(folder)).toBe(false);
    expect([await isRunning(pids.guardian), await isRunning(pids.postmaster)]).toEqual([false, false]);
    await driver.close();
  });

  it('hears nothing of what the environment says to other clients of Postgres', async () => {
    const said = {
      PGOPTIONS: '-c nonsense=on',
      PGSSLNEGOTIATION: 'direct',
      PGHOST: '/nowhere',
      PGUSER: 'me',
    };
    Object.assign(process.env, said);
    try {
      const client = await session(await driver.open());
      expect(client.user).not.toBe('me');
      await client.end();
    } finally {
      for (const name of Object.keys(said)) delete process.env[name];
      await driver.close();
    }
  });

  it('starts again after close', async () => {
    const database = await driver.open();
    const client = await session(database);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await driver.close();
  });

  it.runIf(hasInstalled)('runs installed binaries', async () => {
    const other = postgres({ binaries: installed });
    const database = await other.open();
    expect(database.engine).toMatch(/^postgres 15\.\d+$/);
    await other.close();
  });

  it('wants a password where it listens on a port', async () => {
    const cluster = await startServer({ listen: 'port' });
    const { host, port, user, database } = cluster.address;
    await expect(connect({ host, port, user, database, password: 'guess' })).rejects.toMatchObject({
      code: '28P01',
    });
    const client = await connectTo(cluster);
    await client.end();
    await cluster.stop();
    expect(existsSync(cluster.folder)).toBe(false);
  });

  it('says what the programs said when it does not start, and leaves nothing', async () => {
    const bin = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
    await chmod(bin, 0o755);
    for (const name of ['initdb', 'postgres']) {
      await writeFile(join(bin, name), '#!/bin/sh\necho "no room in $0"\npwd\nexit 3\n', { mode: 0o755 });
    }
    const fault = await faultOf(postgres({ binaries: bin }).open());
    expect(fault).toMatchObject({ code: 'cluster-start-failed', kind: 'engine' });
    const [reason, words, inside] = fault.detail!.split('\n');
    expect([reason, words]).toEqual(['initdb ended with code 3', `no room in ${join(bin, 'initdb')}`]);
    expect(inside).toContain('lockstep-pg-');
    expect(existsSync(dirname(inside!))).toBe(false);
    await rm(bin, { recursive: true });
  });

  it('has limits and says which', async () => {
    const late = await faultOf(postgres({ startTimeoutMs: 1 }).open());
    expect(late).toMatchObject({ code: 'cluster-start-timeout', kind: 'engine' });
    expect(late.hint).toContain('startTimeoutMs');
    const none = await faultOf(postgres({ binaries: '/nowhere' }).open());
    expect(none).toMatchObject({ code: 'no-postgres-binaries', kind: 'usage' });
  });
});

describe('it dies with the process that started it', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('which got %s', async (signal) => {
    const child = await startChild(['stay']);
    const pids = pidsOf(child.folder);
    child.process.kill(signal);
    await allGone(child.folder, pids);
  });

  it('whose process group got Ctrl-C', async () => {
    const child = await startChild(['stay'], { detached: true });
    const pids = pidsOf(child.folder);
    process.kill(-child.process.pid!, 'SIGINT');
    await allGone(child.folder, pids);
  });

  it('but not from a Ctrl-C that the process survives', async () => {
    const child = await startChild(['stubborn'], { detached: true });
    const pids = pidsOf(child.folder);
    process.kill(-child.process.pid!, 'SIGINT');
    expect(await child.ended).toBe(0);
    expect(child.lines.slice(1)).toEqual(['answer 0']);
    await allGone(child.folder, pids);
  });

  it('which called process.exit', async () => {
    const child = await startChild(['exit']);
    await child.ended;
    await expect.poll(() => existsSync(child.folder), { timeout: 15_000 }).toBe(false);
  });

  it('which came to its end without close', async () => {
    const child = await startChild(['end']);
    expect(await child.ended).toBe(0);
    expect(existsSync(child.folder)).toBe(false);
  });

  it('which the driver kept alive only as long as it was asked to', async () => {
    const child = await startChild(['keep']);
    expect(await child.ended).toBe(0);
    expect(child.lines.slice(1)).toEqual(['kept', 'idle']);
  });

  it.runIf(isRoot)('which was an ordinary user', async () => {
    const nobody = 65_534;
    const child = await startChild(['stay'], { uid: nobody, gid: nobody });
    const pids = pidsOf(child.folder);
    expect(statSync(child.folder).uid).toBe(nobody);
    child.process.kill('SIGKILL');
    await allGone(child.folder, pids);
  });
});

it('takes the server down where the guardian is killed, and the next open starts another', async () => {
  const driver = postgres({ connectTimeoutMs: 8_000 });
  const database = await driver.open();
  const folder = folderOf(database);
  const pids = pidsOf(folder);
  process.kill(pids.guardian, 'SIGKILL');
  await allGone(folder, pids);
  expect(await faultOf(database.waits([1]))).toMatchObject({ code: 'server-lost', kind: 'engine' });
  const next = await driver.open();
  expect(await next.waits([1])).toEqual([]);
  await driver.close();
});

it('is lost, in plain words, where the server is killed', async () => {
  const driver = postgres({ connectTimeoutMs: 7_000 });
  const database = await driver.open();
  const folder = folderOf(database);
  const pids = pidsOf(folder);
  process.kill(pids.postmaster, 'SIGKILL');
  await allGone(folder, pids);
  expect(await faultOf(database.waits([1]))).toMatchObject({ code: 'server-lost' });
  await driver.close();
});

it('reads users as /etc/passwd has them, and never root', () => {
  const users = parsePasswd('root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/usr/sbin/nologin\nbroken\n');
  expect([...users.values()]).toEqual([{ name: 'nobody', uid: 65_534, gid: 65_533 }]);
});
