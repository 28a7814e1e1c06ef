/** Sent statements are a history read by statement instead of by event: each with its number and with what came of it. */
import { isEnd, type History, type Reply, type Statement } from './history.ts';

/** A statement with what came of it. */
export interface SentStatement {
  /** Counts the statements of the execution from 0, in the order of the history. */
  readonly number: number;
  readonly session: number;
  readonly operation: number;
  /** The decision that released it; undefined for a statement that went along (BEGIN, SAVEPOINT). */
  readonly step: number | undefined;
  readonly statement: Statement;
  /** Undefined when none came, and for a statement that went along. */
  readonly reply: Reply | undefined;
  /** The decision in whose turn the reply came: its own, or a later one if the statement had to wait. */
  readonly during: number | undefined;
  /** Whether a transaction was open on its connection after the reply. */
  readonly openAfter: boolean | undefined;
}

/** The statements of an execution, in order. */
export function statementsIn(history: History): readonly SentStatement[] {
  const sent: SentStatement[] = [];
  const numbers = new Map<number, number>();
  let decision: number | undefined;
  for (const event of history) {
    if (event.kind === 'began' || event.kind === 'released') decision = event.step;
    if (event.kind === 'free' || event.kind === 'released') {
      const { session, operation, statement } = event;
      const step = event.kind === 'released' ? event.step : undefined;
      if (step !== undefined) numbers.set(step, sent.length);
      const result = { reply: undefined, during: undefined, openAfter: undefined };
      sent.push({ number: sent.length, session, operation, step, statement, ...result });
    } else if (event.kind === 'completed') {
      const number = numbers.get(event.step) ?? -1;
      const released = sent[number];
      const { reply, openAfter } = event;
      if (released !== undefined) sent[number] = { ...released, reply, openAfter, during: decision };
    }
  }
  return sent;
}

/** The connections that each session used, by their numbers. */
export function connectionsIn(history: History): ReadonlyMap<number, readonly number[]> {
  const used = new Map<number, readonly number[]>();
  for (const { session, statement } of statementsIn(history)) {
    const known = used.get(session) ?? [];
    if (known.includes(statement.connection)) continue;
    used.set(
      session,
      [...known, statement.connection].sort((a, b) => a - b),
    );
  }
  return used;
}

/** Whether its transaction is over after it; so is that of an autocommit statement. */
export function endsTransaction({
  statement,
  openAfter,
}: Pick<SentStatement, 'statement' | 'openAfter'>): boolean {
  return openAfter === false || isEnd(statement);
}

/** Identifies the statement's transaction; the same in every execution under the same schedule. */
export function transactionKey({ session, statement }: Pick<SentStatement, 'session' | 'statement'>): string {
  return `${session} ${statement.connection} ${statement.transaction?.number}`;
}
