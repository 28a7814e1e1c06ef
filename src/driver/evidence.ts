/**
 * What an observed session is told besides its replies: the plan of every statement that ran (by `auto_explain`),
 * and every row that was written (by a trigger of ours). It is meant for the engine and never reaches a user's listener.
 */

/** The message of our row trigger; the row is in its detail. */
export const rowMessage = 'pg-lockstep row';
const planMessage = /^duration: [\d.]+ ms {2}plan:\n/;

export interface Notice {
  readonly severity?: string | undefined;
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
}

export type Evidence =
  /** A plan as JSON text. Nested statements come before the one that ran them. */
  | { readonly kind: 'plan'; readonly json: string }
  /** A row that was written, as JSON text. */
  | { readonly kind: 'row'; readonly json: string };

/** Undefined for a notice that is the user's own. */
export function evidenceOf({ severity, message, detail }: Notice): Evidence | undefined {
  if (severity !== 'INFO' || message === undefined) return undefined;
  if (message === rowMessage) return { kind: 'row', json: detail ?? '' };
  const plan = planMessage.exec(message);
  return plan === null ? undefined : { kind: 'plan', json: message.slice(plan[0].length) };
}
