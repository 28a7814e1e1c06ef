/** The part of a connection that the models' application code needs, and its transaction helper. */

/** A client or a pool: anything that answers queries. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: any[]; rowCount: number | null }>;
}

/**
 * How a transaction starts. Plain `begin` runs at the connection's default level, which is the level
 * under test; the others fix their level, regardless of the default.
 */
export type Begin =
  | 'begin'
  | 'begin isolation level read committed'
  | 'begin isolation level repeatable read'
  | 'begin isolation level repeatable read read only';

/** Runs `body` in a transaction on this client: commits when it returns, rolls back when it throws. */
export async function inTransaction<T>(client: Queryable, begin: Begin, body: () => Promise<T>): Promise<T> {
  await client.query(begin);
  let value: T;
  try {
    value = await body();
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  // Outside the try: a commit that fails has ended the transaction already, there is nothing to roll back.
  await client.query('commit');
  return value;
}
