/**
 * Evidence is what the server sends to an observed session besides its replies: the plan of every statement that ran
 * (by `auto_explain`), and every row that was written (by a trigger of ours). It is meant for the engine and never
 * reaches a user's listener.
 */

/** How the message of our row trigger begins; the table and the row follow, a line each. */
export const rowMessage = 'pg-lockstep row';
const planMessage = /^duration: [\d.]+ ms {2}plan:\n/;

export interface Notice {
  readonly severity?: string | undefined;
  readonly message?: string | undefined;
}

export type Evidence =
  /** A plan as JSON text. Nested statements come before the one that ran them. */
  | { readonly kind: 'plan'; readonly json: string }
  /** A row that was written, as the trigger printed it. */
  | { readonly kind: 'row'; readonly text: string };

/** Undefined for a notice that is the user's own. */
export function evidenceOf({ severity, message }: Notice): Evidence | undefined {
  if (severity !== 'INFO' || message === undefined) return undefined;
  if (message.startsWith(`${rowMessage}\n`))
    return { kind: 'row', text: message.slice(rowMessage.length + 1) };
  const plan = planMessage.exec(message);
  return plan === null ? undefined : { kind: 'plan', json: message.slice(plan[0].length) };
}

/** Whether a notice is one that a client with this `client_min_messages` does not get. */
export function isBelow(severity: string | undefined, least: string): boolean {
  if (severity === 'NOTICE') return least === 'warning' || least === 'error';
  return severity === 'WARNING' && least === 'error';
}

const announcement = / (still waiting for|acquired) /;

/** True if a backend announces that it waits for a lock, false if it announces that it got the lock, else undefined. */
export function waitAnnouncement({ message }: Notice): boolean | undefined {
  const match = announcement.exec(message ?? '');
  return match === null ? undefined : match[1] !== 'acquired';
}
