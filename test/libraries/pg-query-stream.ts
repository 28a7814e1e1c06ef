import pg from 'pg';
import QueryStream from 'pg-query-stream';
import type { Library } from './library.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });

async function addToAll(read: string, amount: number): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    let balance = amount;
    for await (const row of client.query(new QueryStream(read))) balance += row.balance;
    await client.query('update accounts set balance = $1', [balance]);
    await client.query('commit');
    return balance;
  } finally {
    client.release();
  }
}

export const library: Library = {
  name: 'pg-query-stream',
  shown: 'rows as a stream',
  faulty: (amount) => addToAll('select balance from accounts', amount),
  mended: (amount) => addToAll('select balance from accounts for update', amount),
  trouble: 'The race has no name: what a portal read is not seen.',
};
