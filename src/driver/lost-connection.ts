/** Recognises the errors of a connection that worked before and no longer does: the server stopped, crashed or ended it. */
import { messageOf } from '../core/fault.ts';

/** The messages of `pg`; they have no code. */
const lostWords = /^Connection terminated|not queryable|connection was closed/i;
/** The server's last word on a connection (57P01 to 57P03, class 08), and the socket's. */
const lostCodes = /^(?:57P0[1-3]|08\w{3}|ECONNRESET|EPIPE)$/;

export function isLostConnection(error: unknown): boolean {
  const { code, severity } = (error ?? {}) as { readonly code?: unknown; readonly severity?: unknown };
  // An error of a statement (dblink reports 08006 of another server) leaves the connection as it was.
  if (severity === 'ERROR') return false;
  if (typeof code === 'string' && lostCodes.test(code)) return true;
  return severity === undefined && lostWords.test(messageOf(error));
}
