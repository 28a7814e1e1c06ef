/** A bank as an application has it: a pool in its module, and functions that its routes call. */
import pg from 'pg';
import { feeOf } from './fee.js';

const connectionString = 'postgres://app:secret@db.example.invalid:5432/app';
export const pool = new pg.Pool({ connectionString, max: 1 });

export async function deposit(amount) {
  const { rows } = await pool.query('select balance from accounts where id = 1');
  const balance = rows[0].balance + amount - feeOf(amount);
  await pool.query('update accounts set balance = $1 where id = 1', [balance]);
}

export async function depositAtOnce(amount) {
  const added = amount - feeOf(amount);
  await pool.query('update accounts set balance = balance + $1 where id = 1', [added]);
}
