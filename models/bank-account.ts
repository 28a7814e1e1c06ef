/**
 * The textbook lost update: read the balance, add in memory, write the sum back. The documentation's example.
 *
 * At REPEATABLE READ and above Postgres refuses the second write (40001, an abort without effect), so the
 * faulty code loses money only at READ COMMITTED, which is the default.
 */
import fc from 'fast-check';
import { defineModel, operation, type Session } from 'pg-lockstep';
import { holdsEverywhere } from './support/expected.ts';
import { inTransaction } from './support/transaction.ts';
import type { Variant } from './support/variant.ts';

type Deposit = (session: Session, amount: number) => Promise<void>;

const readAddWrite: Deposit = ({ client }, amount) =>
  inTransaction(client, 'begin', async () => {
    const { rows } = await client.query(`select balance from accounts where name = 'alice'`);
    await client.query(`update accounts set balance = $1 where name = 'alice'`, [rows[0].balance + amount]);
  });

const lockAddWrite: Deposit = ({ client }, amount) =>
  inTransaction(client, 'begin', async () => {
    const { rows } = await client.query(`select balance from accounts where name = 'alice' for update`);
    await client.query(`update accounts set balance = $1 where name = 'alice'`, [rows[0].balance + amount]);
  });

const addInPlace: Deposit = async ({ client }, amount) => {
  await client.query(`update accounts set balance = balance + $1 where name = 'alice'`, [amount]);
};

function bankAccount(deposit: Deposit, variant: Variant) {
  return defineModel({
    name: 'bank-account',
    promise: 'no deposit is lost',
    schema: 'create table accounts (name text primary key, balance integer not null)',
    rows: { accounts: [{ name: 'alice', balance: 10 }] },
    operations: {
      deposit: operation({ arguments: [fc.integer({ min: 1, max: 9 })], run: deposit }),
    },
    ...variant,
  });
}

export const readThenWrite = bankAccount(readAddWrite, {
  variant: 'read-then-write',
  kind: 'reported',
  description: 'deposit reads the balance, adds, and writes the sum, in one transaction',
  expected: {
    'read committed': 'violated',
    'repeatable read': 'holds',
    serializable: 'holds',
    pglite: 'holds',
  },
});

export const lockedRead = bankAccount(lockAddWrite, {
  variant: 'locked-read',
  kind: 'mended',
  description: 'deposit reads the balance with FOR UPDATE, adds, and writes the sum',
  expected: holdsEverywhere,
});

export const atomicUpdate = bankAccount(addInPlace, {
  variant: 'atomic-update',
  kind: 'mended',
  description: 'deposit lets one UPDATE add',
  expected: holdsEverywhere,
});
