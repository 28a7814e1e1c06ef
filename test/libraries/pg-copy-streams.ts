import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import type { Library } from './library.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });

/** Copies the balance out, and a line with the next one in. */
async function appendBalance(lock: string, amount: number): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(lock);
    const csv = await text(client.query(to('copy (select max(balance) from ledger) to stdout')));
    const balance = Number(csv) + amount;
    await pipeline(Readable.from([`${balance}\n`]), client.query(from('copy ledger from stdin')));
    await client.query('commit');
    return balance;
  } finally {
    client.release();
  }
}

export const library: Library = {
  name: 'pg-copy-streams',
  shown: 'COPY out and in',
  schema: 'create table ledger (balance int not null)',
  rows: { ledger: [{ balance: 10 }] },
  faulty: (amount) => appendBalance('select 1', amount),
  mended: (amount) => appendBalance('lock table ledger in exclusive mode', amount),
};
