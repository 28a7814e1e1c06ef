/** What the planted races are made of. */
import fc from 'fast-check';
import type { Model, Session } from '../../src/index.ts';

export interface Planted {
  readonly model: Model;
  /** How much must come together, at least: calls that lead there, values that must meet, and preemptions. */
  readonly depth: number;
}

export type Client = Session['client'];

/** Runs the work in a transaction, which is rolled back if it throws. */
export async function transaction<T>({ client }: Session, work: (client: Client) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** The only value of the only row; -1 if there is no row. */
export async function numberFrom(client: Client, text: string, ...values: unknown[]): Promise<number> {
  const { rows } = await client.query(text, values);
  return Number(Object.values((rows[0] as Record<string, unknown> | undefined) ?? { none: -1 })[0]);
}

/** One of `count` things. */
export const oneOf = (count: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: count });
