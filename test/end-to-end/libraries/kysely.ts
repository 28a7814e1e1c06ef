import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { Library } from './library.ts';

interface Database {
  readonly accounts: { readonly name: string; readonly balance: number };
}

async function inTransaction<T>(pool: Pool, work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await db.transaction().execute(work);
  } finally {
    await db.destroy();
  }
}

function write(trx: Transaction<Database>, balance: number): Promise<unknown> {
  return trx.updateTable('accounts').set({ balance }).where('name', '=', 'alice').execute();
}

export const kysely: Library = {
  name: 'kysely',
  lostUpdate: (pool, amount) =>
    inTransaction(pool, async (trx) => {
      const alice = trx.selectFrom('accounts').select('balance').where('name', '=', 'alice');
      const { balance } = await alice.executeTakeFirstOrThrow();
      await write(trx, balance + amount);
      return balance + amount;
    }),
  locked: (pool, amount) =>
    inTransaction(pool, async (trx) => {
      const alice = trx.selectFrom('accounts').select('balance').where('name', '=', 'alice').forUpdate();
      const { balance } = await alice.executeTakeFirstOrThrow();
      await write(trx, balance + amount);
      return balance + amount;
    }),
};
