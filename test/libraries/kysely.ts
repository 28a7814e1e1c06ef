import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Library } from './library.ts';

interface Database {
  readonly accounts: { readonly name: string; readonly balance: number };
}

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });
const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });

export const library: Library = {
  name: 'kysely',
  shown: 'transaction(), select and update',
  faulty: (amount) =>
    db.transaction().execute(async (trx) => {
      const alice = trx.selectFrom('accounts').select('balance').where('name', '=', 'alice');
      const balance = (await alice.executeTakeFirstOrThrow()).balance + amount;
      await trx.updateTable('accounts').set({ balance }).where('name', '=', 'alice').execute();
      return balance;
    }),
  mended: async (amount) => {
    const alice = db.updateTable('accounts').where('name', '=', 'alice');
    const added = alice.set({ balance: sql`balance + ${amount}` }).returning('balance');
    return (await added.executeTakeFirstOrThrow()).balance;
  },
  trouble: '0.29 asks for Node 22; its migrator ran on Node 20, too (see the example).',
};
