import { createPool, sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import type { Library } from './library.ts';

const account = sql.type(z.object({ balance: z.number() }));

export const library: Library = {
  name: 'slonik',
  shown: 'pool.transaction',
  setup: () => createPool('postgres://app:secret@db.example.invalid:5432/app'),
  teardown: (pool: DatabasePool) => pool.end(),
  faulty: (amount, pool: DatabasePool) =>
    pool.transaction(async (tx) => {
      const balance =
        (await tx.one(account`select balance from accounts where name = 'alice'`)).balance + amount;
      await tx.query(sql.unsafe`update accounts set balance = ${balance} where name = 'alice'`);
      return balance;
    }),
  mended: async (amount, pool: DatabasePool) => {
    const update = account`update accounts set balance = balance + ${amount} where name = 'alice' returning balance`;
    return (await pool.one(update)).balance;
  },
  trouble: 'Made in `setup`.',
};
