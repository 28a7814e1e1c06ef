/** The same race through the session's client, through the hook and through the proxy: one schedule, one replay line. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import fc from 'fast-check';
import { check, defineModel, operation, type Session } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { ProxiedSessions } from '../../support/proxied-sessions.ts';

const driver = postgres();
let proxies: ProxiedSessions;

beforeAll(async () => {
  proxies = await ProxiedSessions.open(2);
});
afterAll(async () => {
  await proxies.close();
  await driver.close();
});

interface Source {
  readonly open: (session: Session) => Promise<pg.Client> | pg.Client;
  readonly close: (client: pg.Client) => Promise<void>;
}

const connected = async (client: pg.Client): Promise<pg.Client> => {
  await client.connect();
  return client;
};
const sources: Readonly<Record<string, Source>> = {
  client: { open: ({ client }) => client as pg.Client, close: async () => {} },
  hook: {
    open: () => connected(new pg.Client({ host: '127.0.0.1', port: 5432, user: 'app' })),
    close: (client) => client.end(),
  },
  proxy: { open: () => connected(proxies.client()), close: (client) => client.end() },
};

const model = ({ open, close }: Source) =>
  defineModel({
    name: 'account',
    schema: 'create table accounts (name text primary key, balance integer not null)',
    rows: { accounts: [{ name: 'alice', balance: 10 }] },
    operations: {
      deposit: operation({
        arguments: [fc.integer({ min: 1, max: 9 })],
        run: async (session, amount) => {
          const client = await open(session);
          await client.query('begin');
          const { rows } = await client.query(`select balance from accounts where name = 'alice'`);
          await client.query(`update accounts set balance = $1 where name = 'alice'`, [
            rows[0].balance + amount,
          ]);
          await client.query('commit');
          await close(client);
        },
      }),
    },
  });

test('a lost update', async () => {
  const found: Record<string, unknown> = {};
  for (const [name, source] of Object.entries(sources)) {
    const result = await check(model(source), { engine: driver, seed: 'same race', sessions: 2, lanes: 1 });
    if (result.verdict !== 'violated')
      throw new Error(`${name}: ${JSON.stringify({ ...result, coverage: 0 }).slice(0, 4_000)}`);
    const { scenario, schedule, replay } = result.counterexample;
    found[name] = { scenario, schedule, replay };
  }
  expect(found['hook']).toEqual(found['client']);
  expect(found['proxy']).toEqual(found['client']);
});
