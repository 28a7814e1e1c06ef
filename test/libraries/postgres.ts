import postgres from 'postgres';
import type { Library } from './library.ts';

const sql = postgres('postgres://app:secret@db.example.invalid:5432/app');

export const library: Library = {
  name: 'postgres',
  shown: 'sql.begin',
  faulty: (amount) =>
    sql.begin(async (tx) => {
      const [alice] = await tx`select balance from accounts where name = 'alice'`;
      const balance = alice?.['balance'] + amount;
      await tx`update accounts set balance = ${balance} where name = 'alice'`;
      return balance;
    }),
  mended: (amount) =>
    sql.begin(async (tx) => {
      const [alice] = await tx`select balance from accounts where name = 'alice' for update`;
      const balance = alice?.['balance'] + amount;
      await tx`update accounts set balance = ${balance} where name = 'alice'`;
      return balance;
    }),
};
