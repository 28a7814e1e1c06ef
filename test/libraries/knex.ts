import knex from 'knex';
import type { Library } from './library.ts';

const db = knex({ client: 'pg', connection: 'postgres://app:secret@db.example.invalid:5432/app' });

export const library: Library = {
  name: 'knex',
  shown: 'transactions, its own pool (tarn)',
  faulty: (amount) =>
    db.transaction(async (trx) => {
      const alice = await trx('accounts').where({ name: 'alice' }).first();
      const balance = alice.balance + amount;
      await trx('accounts').where({ name: 'alice' }).update({ balance });
      return balance;
    }),
  mended: (amount) =>
    db.transaction(async (trx) => {
      const alice = await trx('accounts').where({ name: 'alice' }).forUpdate().first();
      const balance = alice.balance + amount;
      await trx('accounts').where({ name: 'alice' }).update({ balance });
      return balance;
    }),
};
