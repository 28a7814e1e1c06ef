/** Cursors and streams cannot be held back on session.client: said in a fault, also where the library swallows what is thrown. */
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { afterAll, expect, test } from 'vitest';
import { Kysely, PostgresDialect } from 'kysely';
import { check, type Session } from '../../src/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { faultOf } from '../support/fault-of.ts';
import { bank } from '../support/honest-bank.ts';

const engine = postgres();
afterAll(() => engine.close());

test.each<[string, string, (session: Session) => Promise<unknown>]>([
  ['a cursor', 'Cursor: select 1', async ({ client }) => client.query(new Cursor('select 1')).read(1)],
  ['a stream', 'QueryStream', async ({ client }) => client.query(new QueryStream('select 1')).toArray()],
  ['one that swallows the refusal', 'Cursor: select 1', ({ client }) => new Promise(() => {
    try {
      client.query(new Cursor('select 1'));
    } catch {
      // It waits for an event instead.
    }
  })],
  ['a library’s stream', 'Cursor: select "balance" from "account"', async ({ pool }) => {
    const db = new Kysely<{ account: { balance: number } }>({ dialect: new PostgresDialect({ pool, cursor: Cursor }) });
    const rows = [];
    for await (const row of db.selectFrom('account').select('balance').stream()) rows.push(row);
    return rows;
  }],
])('%s', async (_, detail, code) => {
  const fault = await faultOf(() => check(bank(code), { engine, sessions: 2, maxOperations: 1, numRuns: 1 }));
  expect(fault).toMatchObject({ code: 'query-object', kind: 'usage', detail });
  expect(fault.message).toContain('deposit');
}); // prettier-ignore
