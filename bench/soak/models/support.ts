/** Common parts of these pieces of applications. */
import type { Expectations, IsolationLevel, Model } from 'pg-lockstep';
import type { Queryable } from '../../../models/support/transaction.ts';

/** A mended model, and the levels at which it is meant to hold. */
export function mendedAt(...levels: readonly IsolationLevel[]): Pick<Model, 'kind' | 'expected'> {
  const expected: Expectations = Object.fromEntries(levels.map((level) => [level, 'holds']));
  return { kind: 'mended', expected };
}

/** SQLSTATE of a database error. */
export function sqlstateOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

/** Runs the transaction again after a serialization failure or a deadlock, as Postgres's manual asks applications to. */
export async function retried<T>(
  client: Queryable,
  begin: string,
  body: () => Promise<T>,
  pause: () => Promise<void> = async () => {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(begin);
      const value = await body();
      await client.query('commit');
      return value;
    } catch (error) {
      await client.query('rollback');
      if (!['40001', '40P01'].includes(sqlstateOf(error) ?? '') || attempt === 8) throw error;
      await pause();
    }
  }
}

/** A few milliseconds, never the same: nothing may depend on them. */
export function jitter(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1 + Math.random() * 3);
  });
}
