/**
 * Transactions that operations prepared to commit later (two-phase commit). Resetting a connection does not end them:
 * each holds its locks until a statement ends it.
 */
import type pg from 'pg';
import type { History } from '../core/history.ts';

/** Whether a statement took part in a two-phase commit. */
export function preparesIn(history: History): boolean {
  return history.some((event) => 'statement' in event && event.statement.kind === 'two-phase');
}

/** Rolls back all that are left in this database. */
export async function rollBackPrepared(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ readonly gid: string }>(
    'select gid from pg_prepared_xacts where database = current_database() order by gid',
  );
  for (const { gid } of rows) await admin.query(`rollback prepared ${admin.escapeLiteral(gid)}`);
}
