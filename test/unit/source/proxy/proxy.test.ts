/** A real client on the proxy: what it sees is what it would see of a server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { PassingProxy } from '../../../support/passing-proxy.ts';

const driver = postgres();
let proxy: PassingProxy;

beforeAll(async () => {
  proxy = await PassingProxy.open(driver);
});
afterAll(async () => {
  await proxy.close();
  await driver.close();
});

test('simple and extended queries, a prepared statement with a name, an error and a transaction', async () => {
  const client = await proxy.client();
  expect((await client.query('select 1 as one; select 2 as two')) as unknown).toMatchObject([
    { rows: [{ one: 1 }] },
    { rows: [{ two: 2 }] },
  ]);
  for (const value of [3, 4]) {
    const { rows } = await client.query({ name: 'n', text: 'select $1::int as n', values: [value] });
    expect(rows).toEqual([{ n: value }]);
  }
  await client.query('begin');
  await expect(client.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
  await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' });
  await client.query('rollback');
  await client.end();
});
