/** Code that sets client_min_messages (Sequelize on every connection) silences neither waits nor what it wants to see. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Bench, call } from '../../support/bench.ts';

const driver = postgres();
let bench: Bench;
const seen: string[] = [];

const spell = (statement: string) => async ({ client }: Session): Promise<void> => {
  client.on('notice', ({ message }) => seen.push(String(message)));
  await client.query(statement);
  await client.query('begin');
  await client.query(`do $$ begin raise notice 'a notice'; raise warning 'a warning'; end $$`);
  await client.query('update account set balance = balance + 1');
  await client.query('commit');
}; // prettier-ignore

const operations = {
  set: spell('set client_min_messages to warning'),
  setLocally: spell('begin; set local client_min_messages to warning; commit'),
  configured: spell(`select set_config('client_min_messages', 'warning', false)`),
  notAtAll: spell('select 1'),
};

beforeAll(async () => {
  bench = await Bench.open(driver, {
    schema: 'create table account (balance int)',
    rows: { account: [{ balance: 1 }] },
    operations,
  });
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

test.each([
  ['set', ['a warning']],
  ['configured', ['a warning']],
  ['setLocally', ['a notice', 'a warning']],
  ['notAtAll', ['a notice', 'a warning']],
])('%s', async (operation, notices) => {
  const { end } = await bench.run([[call(operation)]]);
  expect([end.kind, seen.splice(0)]).toEqual(['completed', notices]);
});

test('the backend goes on saying that it waits', async () => {
  const { database } = bench.lane;
  expect(database.capabilities.announcesWaits).toBe(true);
  const inside: string[] = [];
  const show = await Bench.open(driver, {
    operations: {
      show: async ({ client }) => {
        await client.query('set client_min_messages to error');
        inside.push((await client.query('show client_min_messages')).rows[0].client_min_messages);
      },
    },
  });
  await show.run([[call('show')]]);
  await show.close();
  expect(inside).toEqual(['log']);
  for (const { end } of await bench.runAll([[call('set')], [call('set')]]))
    expect(end.kind).toBe('completed');
});
