/** Counts what an execution wrote. */
import type { ExecutionRecord } from './record.ts';

/** Row versions written, by the counts in the replies. */
export function rowsWritten({ history }: ExecutionRecord): number {
  return history.reduce(
    (rows, event) =>
      event.kind === 'completed' && event.reply.kind === 'rows' && event.reply.command !== 'SELECT'
        ? rows + (event.reply.rowCount ?? 0)
        : rows,
    0,
  );
}
