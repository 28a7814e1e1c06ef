import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Library } from './library.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });

async function addToAll(read: string, amount: number): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const cursor = client.query(new Cursor(read));
    const balances: number[] = [];
    for (let rows = await cursor.read(1); rows.length > 0; rows = await cursor.read(1))
      balances.push(rows[0].balance);
    await cursor.close();
    const balance = balances.reduce((sum, each) => sum + each, amount);
    await client.query('update accounts set balance = $1', [balance]);
    await client.query('commit');
    return balance;
  } finally {
    client.release();
  }
}

export const library: Library = {
  name: 'pg-cursor',
  shown: 'rows read one by one',
  faulty: (amount) => addToAll('select balance from accounts', amount),
  mended: (amount) => addToAll('select balance from accounts for update', amount),
  trouble: 'The race has no name: what a portal read is not seen.',
};
