import knex from 'knex';
import { Model } from 'objection';
import type { Library } from './library.ts';

class Account extends Model {
  static override tableName = 'accounts';
  static override idColumn = 'name';
  declare name: string;
  declare balance: number;
}
Account.knex(knex({ client: 'pg', connection: 'postgres://app:secret@db.example.invalid:5432/app' }));

export const library: Library = {
  name: 'objection',
  shown: 'model queries on knex',
  faulty: async (amount) => {
    const alice = await Account.query().findById('alice').throwIfNotFound();
    return (await alice.$query().patchAndFetch({ balance: alice.balance + amount })).balance;
  },
  mended: (amount) =>
    Account.transaction(async (trx) => {
      const alice = await Account.query(trx).findById('alice').forUpdate().throwIfNotFound();
      return (await alice.$query(trx).patchAndFetch({ balance: alice.balance + amount })).balance;
    }),
};
