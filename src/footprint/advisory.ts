/**
 * A call's request for an advisory lock. A session's locks outlive its transactions, and are held until they have been
 * released as often as they were taken (Postgres manual, section 9.28.10).
 */
import type { Reply } from '../core/history.ts';

export interface AdvisoryRequest {
  readonly kind: 'take' | 'try' | 'give' | 'give all';
  /** As the plan prints the key: one bigint and two integers are different keys. Undefined if it is not a constant. */
  readonly key: string | undefined;
  readonly shared: boolean;
  /** The holder of the lock: the transaction, or the session. */
  readonly scope: 'transaction' | 'session';
  /** Whether the call ran once, whatever the rows. */
  readonly certain: boolean;
}

const pattern = /^pg_(try_)?advisory_(xact_lock|lock|unlock_all|unlock)(_shared)?$/;
const constantKey = /^(?:'-?\d+'::bigint|-?\d+, -?\d+|'-?\d+'::integer, '-?\d+'::integer)$/;

/** @param given the text between its parentheses */
export function advisoryRequest(name: string, given: string, certain: boolean): AdvisoryRequest | undefined {
  const [, tries, what, shared] = pattern.exec(name) ?? [];
  if (what === undefined) return undefined;
  const gives = what === 'unlock_all' ? 'give all' : what === 'unlock' ? 'give' : undefined;
  return {
    kind: gives ?? (tries === undefined ? 'take' : 'try'),
    key: constantKey.test(given) ? given : undefined,
    shared: shared !== undefined,
    scope: what === 'xact_lock' ? 'transaction' : 'session',
    certain,
  };
}

/** The lock as a resource of a footprint; without a key it may be any. */
export function advisoryResource({ key }: AdvisoryRequest): string {
  return `advisory ${key ?? ''}`;
}

/** Whether the statement, with this reply, certainly holds the lock. */
export function certainlyTakes({ kind, certain }: AdvisoryRequest, reply: Reply | undefined): boolean {
  if (!certain || reply?.kind !== 'rows') return false;
  return kind === 'take' || (kind === 'try' && reply.columns.length === 1 && reply.rows[0]?.[0] === true);
}

export function keepsOut(holder: AdvisoryRequest, waiter: AdvisoryRequest): boolean {
  return holder.key !== undefined && holder.key === waiter.key && !(holder.shared && waiter.shared);
}
