/** What came back for a statement, in a few words: `-> 15`, `-> (1, sky)`, `-> 3 rows`, `-> error 23505 (key)`. */
import type { Reply, Statement } from '../core/history.ts';
import { errorText } from './call-text.ts';
import { count } from './text.ts';
import { cellText, rowText } from './value-text.ts';

/** Commands whose number of rows says what they did. */
const writes: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY']);

/** The empty text where there is nothing to say (BEGIN, COMMIT). */
export function replyText(reply: Reply, statement: Statement | undefined): string {
  if (reply.kind === 'error') return `-> ${errorText(reply.sqlstate, reply.constraint, reply.message)}`;
  if (reply.columns.length > 0) return `-> ${rowsText(reply.rows, reply.rowCount ?? reply.rows.length)}`;
  if (writes.has(reply.command)) return reply.rowCount === null ? '' : `-> ${count(reply.rowCount, 'row')}`;
  // COMMIT of a transaction that had failed is answered by ROLLBACK, without an error: easily overlooked.
  if (reply.command === 'ROLLBACK' && statement?.kind === 'commit') return '-> rolled back';
  return '';
}

function rowsText(rows: readonly (readonly unknown[])[], rowCount: number): string {
  const [row] = rows;
  if (rowCount !== 1 || row === undefined) return count(rowCount, 'row');
  return row.length === 1 ? cellText(row[0]) : rowText(row);
}
