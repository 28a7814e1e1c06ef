/** Puts errors of `pg` while connecting, or on a connection that died, into plain words. */
import { Fault, messageOf } from '../../core/fault.ts';
import type { Address } from './address.ts';
import { formatAddress } from './address.ts';

/** Socket-level error codes which mean that no server answers. */
const nobodyThere = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'ENOTSOCK',
]);

export function codeOf(error: unknown): string | undefined {
  const code: unknown = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The SQLSTATE of an error that the server itself sent; only those carry a severity (EPIPE does not). */
export function sqlstateOf(error: unknown): string | undefined {
  const severity: unknown = (error as { readonly severity?: unknown } | null | undefined)?.severity;
  return typeof severity === 'string' ? codeOf(error) : undefined;
}

/** Codes: `server-not-there`, `server-starting`, `server-full`, `options-refused`, `server-refused`. */
export function connectFault(error: unknown, address: Address): Fault {
  const code = codeOf(error);
  const reason = messageOf(error);
  const where = formatAddress(address);
  if (error instanceof Fault) return error;
  if ((code !== undefined && nobodyThere.has(code)) || /timeout/i.test(reason)) {
    return new Fault('no Postgres server answers', {
      code: 'server-not-there',
      kind: 'engine',
      // An AggregateError (localhost: ::1 and 127.0.0.1) has a code and no message.
      detail: `${where}: ${reason === '' ? code : reason}`,
      hint: 'is the server running, and are host and port right?',
      cause: error,
    });
  }
  if (code === '57P03') {
    return new Fault('the Postgres server does not accept connections yet', {
      code: 'server-starting',
      kind: 'engine',
      detail: `${where}: ${reason}`,
      hint: 'try again in a moment',
      cause: error,
    });
  }
  if (code === '53300') {
    return new Fault('the Postgres server has too many connections', {
      code: 'server-full',
      kind: 'engine',
      detail: `${where}: ${reason}`,
      hint: 'a run needs four connections per lane and one for each connection of its sessions: close other clients, raise max_connections or the limit of the role, or use fewer --lanes and --workers',
      cause: error,
    });
  }
  if (/unsupported startup parameter/.test(reason)) {
    return new Fault('something in front of the Postgres server refuses startup options', {
      code: 'options-refused',
      kind: 'engine',
      detail: `${where}: ${reason}`,
      hint: 'isolation levels and limits are set when connecting: give the address of the server itself, not that of a pooler',
      cause: error,
    });
  }
  return new Fault('the Postgres server refuses the connection', {
    code: 'server-refused',
    kind: 'engine',
    detail: `${where}: ${reason}`,
    hint:
      sqlstateOf(error) !== undefined || /password/i.test(reason)
        ? 'check user and password in the server URL, and pg_hba.conf on the server'
        : 'check the server URL (sslmode, host, port)',
    cause: error,
  });
}

/** Code `server-lost`: a connection that worked before no longer does. */
export function lostFault(error: unknown, address: Address): Fault {
  return new Fault('the connection to the Postgres server was lost', {
    code: 'server-lost',
    kind: 'engine',
    detail: `${formatAddress(address)}: ${messageOf(error)}`,
    hint: 'the server stopped, crashed or ended the connection; its log says more',
    cause: error,
  });
}
