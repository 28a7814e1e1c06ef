import pgPromise from 'pg-promise';
import type { Library } from './library.ts';

const db = pgPromise()('postgres://app:secret@db.example.invalid:5432/app');

export const library: Library = {
  name: 'pg-promise',
  shown: 'db.tx',
  faulty: (amount) =>
    db.tx(async (t) => {
      const alice = await t.one('select balance from accounts where name = $1', 'alice');
      const balance = alice.balance + amount;
      await t.none('update accounts set balance = $1 where name = $2', [balance, 'alice']);
      return balance;
    }),
  mended: async (amount) => {
    const update = 'update accounts set balance = balance + $1 where name = $2 returning balance';
    return (await db.one(update, [amount, 'alice'])).balance;
  },
};
