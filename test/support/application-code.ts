/** What the outside code of the tests has in common: transactions, and one row. */
import { inTransaction } from '../../models/support/transaction.ts';
import type { Session } from '../../src/core/model.ts';

export type Client = Session['client'];

export function transaction<T>(client: Client, run: () => Promise<T>): Promise<T> {
  return inTransaction(client, 'begin', run);
}

/** The first row. */
export async function first(client: Client, text: string, values: readonly unknown[] = []): Promise<any> {
  return (await client.query(text, [...values])).rows[0];
}
