import databases, { sql } from '@databases/pg';
import type { Library } from './library.ts';

const db = databases.default({
  connectionString: 'postgres://app:secret@db.example.invalid:5432/app',
  bigIntMode: 'number',
});

export const library: Library = {
  name: '@databases/pg',
  shown: 'db.tx, its own pool',
  faulty: (amount) =>
    db.tx(async (tx) => {
      const [alice] = await tx.query(sql`select balance from accounts where name = 'alice'`);
      const balance = alice.balance + amount;
      await tx.query(sql`update accounts set balance = ${balance} where name = 'alice'`);
      return balance;
    }),
  mended: (amount) =>
    db.tx(async (tx) => {
      const [alice] = await tx.query(sql`select balance from accounts where name = 'alice' for update`);
      const balance = alice.balance + amount;
      await tx.query(sql`update accounts set balance = ${balance} where name = 'alice'`);
      return balance;
    }),
};
