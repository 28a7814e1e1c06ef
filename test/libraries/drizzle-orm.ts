import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Library } from './library.ts';

const accounts = pgTable('accounts', { name: text().primaryKey(), balance: integer().notNull() });
const alice = eq(accounts.name, 'alice');
const db = drizzle('postgres://app:secret@db.example.invalid:5432/app');

function deposit(lock: boolean, amount: number): Promise<number> {
  return db.transaction(async (tx) => {
    const query = tx.select().from(accounts).where(alice);
    const [row] = await (lock ? query.for('update') : query);
    const balance = (row?.balance ?? 0) + amount;
    await tx.update(accounts).set({ balance }).where(alice);
    return balance;
  });
}

export const library: Library = {
  name: 'drizzle-orm',
  shown: 'drizzle-orm/node-postgres, transactions',
  faulty: (amount) => deposit(false, amount),
  mended: (amount) => deposit(true, amount),
};
