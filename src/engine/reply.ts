/** The part of a reply that the history keeps: enough to read and to compare, never a whole large result. */
import type { Reply } from '../core/history.ts';
import { plain } from '../core/plain.ts';
import type { WireReply } from '../driver/wire-client.ts';

/** More rows than this are counted, not kept. */
const keptRows = 50;

export function replyOf(reply: WireReply): Reply {
  if (reply.kind === 'error') {
    const error = reply.error as Error & { code?: string; constraint?: string };
    return { kind: 'error', sqlstate: error.code, constraint: error.constraint, message: error.message };
  }
  const last = Array.isArray(reply.result) ? reply.result.at(-1) : reply.result;
  if (last === undefined) return { kind: 'rows', command: '', rowCount: null, rows: [], columns: [] };
  const columns: string[] = (last.fields ?? []).map((field: { name: string }) => field.name);
  const rows = (last.rows ?? []).slice(0, keptRows).map((row: unknown) => {
    const values = Array.isArray(row) ? row : columns.map((name) => (row as Record<string, unknown>)[name]);
    return plain(values) as unknown[];
  });
  return { kind: 'rows', command: last.command ?? '', rowCount: last.rowCount ?? null, rows, columns };
}
