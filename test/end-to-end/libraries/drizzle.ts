import { eq } from 'drizzle-orm';
import { drizzle as connect } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Library } from './library.ts';

const accounts = pgTable('accounts', { name: text().primaryKey(), balance: integer().notNull() });
const alice = eq(accounts.name, 'alice');

export const drizzle: Library = {
  name: 'drizzle',
  lostUpdate: (pool, amount) =>
    connect({ client: pool }).transaction(async (tx) => {
      const [row] = await tx.select().from(accounts).where(alice);
      const balance = (row?.balance ?? 0) + amount;
      await tx.update(accounts).set({ balance }).where(alice);
      return balance;
    }),
  locked: (pool, amount) =>
    connect({ client: pool }).transaction(async (tx) => {
      const [row] = await tx.select().from(accounts).where(alice).for('update');
      const balance = (row?.balance ?? 0) + amount;
      await tx.update(accounts).set({ balance }).where(alice);
      return balance;
    }),
};
