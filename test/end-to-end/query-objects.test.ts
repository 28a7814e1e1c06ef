/** Cursors, streams and COPY on `session.client` and `session.pool`: their races are found, and their mends hold. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { afterAll, describe, expect, test } from 'vitest';
import { check, replay, type Session } from '../../src/index.ts';
import { pglite } from '../../src/driver/pglite/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { stepsOf } from '../support/steps.ts';
import { bank } from '../support/honest-bank.ts';

const engines = [postgres(), pglite()];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

type Read = (session: Session, query: string) => Promise<number>;

/** Reads the balance in its own way, and adds one. */
function deposit(read: Read, query: string) {
  return async (session: Session): Promise<number> => {
    const { client } = session;
    await client.query('begin');
    const balance = await read(session, query);
    await client.query('update account set balance = $1', [balance + 1]);
    await client.query('commit');
    return balance + 1;
  };
}

const reads: Readonly<Record<string, Read>> = {
  'a cursor that is closed': async ({ client }, query) => {
    const cursor = client.query(new Cursor<{ balance: number }>(query));
    const [row] = await cursor.read(1);
    await cursor.close();
    return row?.balance ?? NaN;
  },
  // The UPDATE waits in the client's own queue until the cursor has ended.
  'a cursor that is closed without being awaited': async ({ client }, query) => {
    const cursor = client.query(new Cursor<{ balance: number }>(query));
    const [row] = await cursor.read(1);
    void cursor.close();
    return row?.balance ?? NaN;
  },
  'a stream': async ({ client }, query) => {
    const [row] = (await client.query(new QueryStream(query)).toArray()) as [{ readonly balance: number }];
    return row.balance;
  },
  'a query with events': ({ client }, query) =>
    new Promise((resolve, reject) => {
      const sent = client.query(new pg.Query<{ balance: number }>(query));
      let balance = NaN;
      sent.on('row', (row) => (balance = row.balance));
      sent.on('end', () => resolve(balance)).on('error', reject);
    }),
  'COPY out': async ({ client }, query) => {
    if (query.endsWith('update')) await client.query('lock table account in exclusive mode');
    return Number(await text(client.query(to('copy account to stdout'))));
  },
};
const read = 'select balance from account';

describe.each(engines.map((engine) => [engine.kind, engine] as const))('%s', (kind, engine) => {
  const two = { engine, sessions: 2, maxOperations: 1, numRuns: 1, seed: 'objects' } as const;

  // On PGlite an open transaction has the whole engine, so that no two of them overlap.
  test.skipIf(kind === 'pglite').each(Object.entries(reads))('%s', async (_, way) => {
    const faulty = bank(deposit(way, read));
    const { verdict, counterexample, inconclusive } = await check(faulty, two);
    expect([verdict, inconclusive]).toEqual(['violated', undefined]);
    expect(counterexample?.minimality.certified).toBe(true);
    const again = await replay(faulty, counterexample?.replay ?? '', { engine });
    expect(stepsOf(again.counterexample?.history)).toEqual(stepsOf(counterexample?.history));

    const mended = await check(bank(deposit(way, `${read} for update`)), two);
    expect([mended.verdict, mended.inconclusive]).toEqual(['holds', undefined]);
    expect(mended.coverage.exhaustive).toBe(mended.coverage.scenarios);
  });

  test('a library’s stream on a pool, between statements of their own', async () => {
    const run =
      (how: string) =>
      async ({ pool }: Session) => {
        const db = new Kysely<{ account: { balance: number } }>({
          dialect: new PostgresDialect({ pool, cursor: Cursor }),
        });
        let balance = NaN;
        for await (const row of db.selectFrom('account').select('balance').stream()) balance = row.balance;
        await pool.query(`update account set balance = ${how}`, how === '$1' ? [balance + 1] : []);
        return 0;
      };
    expect((await check(bank(run('$1')), two)).verdict).toBe('violated');
    const mended = await check(bank(run('balance + 1')), two);
    expect([mended.verdict, mended.inconclusive]).toEqual(['holds', undefined]);
  });

  // A stream shows on PGlite that objects go through; a boot and its searches take long there.
  test.skipIf(kind === 'pglite')('COPY in', async () => {
    const run =
      (copy: boolean) =>
      async ({ client }: Session) => {
        const { rows } = await client.query<{ balance: number }>(
          'select max(balance) as balance from account',
        );
        const next = `${(rows[0]?.balance ?? NaN) + 1}\n`;
        if (copy) await pipeline(Readable.from([next]), client.query(from('copy account from stdin')));
        const inserted = await client.query('insert into account values (0)');
        return inserted.rowCount;
      };
    expect((await check(bank(run(true)), two)).verdict).toBe('violated');
    expect((await check(bank(run(false)), two)).verdict).toBe('holds');
  });

  test('a statement that comes while a cursor is open waits until it has ended', async () => {
    const seen = new Set<string>();
    const between = bank(async ({ client }) => {
      const done: string[] = [];
      const cursor = client.query(new Cursor('select generate_series(1, 3)'));
      await cursor.read(1);
      const update = client
        .query('update account set balance = balance + 1')
        .then(() => void done.push('update'));
      await cursor.read(1);
      done.push('read');
      await cursor.close();
      await update;
      seen.add(done.join());
    });
    const { verdict, inconclusive } = await check(between, two);
    expect([verdict, inconclusive]).toEqual(['holds', undefined]);
    expect([...seen]).toEqual(['read,update']);
  });

  test('an object whose statement fails leaves the client usable', async () => {
    const failing = bank(async ({ client }) => {
      const failed = await client.query(new Cursor('select 1/0')).read(1).then(
        () => 'no error',
        (error: { readonly code?: string }) => error.code,
      );
      const { rowCount } = await client.query('update account set balance = balance + 1');
      return [failed, rowCount];
    }); // prettier-ignore
    const { verdict, inconclusive } = await check(failing, two);
    expect([verdict, inconclusive]).toEqual(['holds', undefined]);
  });
});
