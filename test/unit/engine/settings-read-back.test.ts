/** Behind a pooler that drops startup options a run would be at another level than it says: it is refused. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { droppingProxy, type DroppingProxy } from '../../support/dropping-proxy.ts';
import { faultOf } from '../../support/fault-of.ts';
import { bank } from '../../support/honest-bank.ts';

const server = postgres({ startTimeoutMs: 30_002 });
let proxy: DroppingProxy;
/** It drops all but what the driver looks for when it meets the server. */
let sly: DroppingProxy;
let direct: string;
beforeAll(async () => {
  const { host, port = 5432 } = (await server.open()).clientConfig({ kind: 'admin' });
  const socket = `${host}/.s.PGSQL.${port}`;
  proxy = await droppingProxy(socket);
  sly = await droppingProxy(socket, '-c lockstep.options=kept');
  direct = `postgres://postgres@/postgres?${new URLSearchParams({ host: String(host), port: String(port) }).toString()}`;
});
afterAll(async () => {
  await Promise.all([proxy.close(), sly.close()]);
  await server.close();
});

const increment = bank(({ client }) => client.query('update account set balance = balance + 1'));
const few = { sessions: 2, maxOperations: 1, numRuns: 1 } as const;

test('the proxy is an honest one but for the options', async () => {
  const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres?options=-c%20work_mem%3D64kB`;
  const client = new pg.Client(url);
  await client.connect();
  expect((await client.query('show work_mem')).rows).not.toEqual([{ work_mem: '64kB' }]);
  await client.end();
});

test.each(['serializable', 'read committed'] as const)('%s', async (isolation) => {
  const dropping = postgres({ server: `postgres://postgres@127.0.0.1:${proxy.port}/postgres` });
  const refused = await faultOf(() => check(increment, { ...few, engine: dropping, isolation }));
  await dropping.close();
  expect(refused).toMatchObject({ code: 'options-dropped' });

  const engine = postgres({ server: `postgres://postgres@127.0.0.1:${sly.port}/postgres` });
  const fault = await faultOf(() => check(increment, { ...few, engine, isolation }));
  await engine.close();
  expect(fault).toMatchObject({ code: 'settings-dropped', kind: 'usage' });
  expect(fault.detail).toContain('deadlock_timeout is 1s and should be 1ms');
  if (isolation === 'serializable') {
    expect(fault.detail).toContain(
      'default_transaction_isolation is read committed and should be serializable',
    );
  }
  const straight = postgres({ server: direct });
  const { verdict } = await check(increment, { ...few, engine: straight, isolation });
  await straight.close();
  expect(verdict).toBe('holds');
});
