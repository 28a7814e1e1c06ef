import { createBaseTable } from 'orchid-orm';
import { orchidORM } from 'orchid-orm/node-postgres';
import type { Library } from './library.ts';

const BaseTable = createBaseTable();

class Accounts extends BaseTable {
  override readonly table = 'accounts';
  // Its types do not know `exactOptionalPropertyTypes`.
  override columns: any = this.setColumns((t: any) => ({
    name: t.text().primaryKey(),
    balance: t.integer(),
  }));
}

const databaseURL = 'postgres://app:secret@db.example.invalid:5432/app';
const db: any = orchidORM({ databaseURL, log: false }, { accounts: Accounts });

export const library: Library = {
  name: 'orchid-orm',
  shown: '$transaction, which queries join by their asynchronous context',
  faulty: (amount) =>
    db.$transaction(async () => {
      const balance = (await db.accounts.find('alice').get('balance')) + amount;
      await db.accounts.find('alice').update({ balance });
      return balance;
    }),
  mended: (amount) =>
    db.$transaction(async () => {
      const balance = (await db.accounts.find('alice').forUpdate().get('balance')) + amount;
      await db.accounts.find('alice').update({ balance });
      return balance;
    }),
};
