import pg from 'pg';
import type { Library } from './library.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });

async function inTransaction(read: string, amount: number): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query(read, ['alice']);
    const balance = rows[0].balance + amount;
    await client.query('update accounts set balance = $1 where name = $2', [balance, 'alice']);
    await client.query('commit');
    return balance;
  } finally {
    client.release();
  }
}

export const library: Library = {
  name: 'pg',
  shown: 'Pool, transactions',
  faulty: (amount) => inTransaction('select balance from accounts where name = $1', amount),
  mended: (amount) => inTransaction('select balance from accounts where name = $1 for update', amount),
};
