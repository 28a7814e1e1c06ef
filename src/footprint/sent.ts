/** What an execution sent, step by step, with the transaction that each statement belongs to and what it touched. */
import type { Claims, RowWrite } from '../core/footprint.ts';
import { textsOf, type History, type Reply, type Statement } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import { isTwoPhase, savepointRestoredBy, statementKind } from '../driver/statement-kind.ts';
import { advisoryResource } from './advisory.ts';
import { everything, type Statements, type StatementFootprint } from './statements.ts';
import type { Touch } from './touch.ts';
import { Connection, type Transaction } from './transactions.ts';

export interface Sent {
  readonly step: number;
  readonly session: number;
  readonly statement: Statement;
  readonly transaction: Transaction;
  readonly reply: Reply | undefined;
  readonly touched: StatementFootprint;
  /** The step in which its reply came; undefined when none came. */
  readonly during: number | undefined;
  /** Whether its transaction is over when it ends. */
  readonly endsTransaction: boolean;
  /** ROLLBACK TO: locks taken since the savepoint are let go. */
  readonly endsPart: boolean;
}

/** By step; undefined for a step that sent nothing. */
export async function sentSteps(
  history: History,
  touches: readonly (Touch | undefined)[],
  statements: Statements,
  isolation: IsolationLevel,
): Promise<readonly (Sent | undefined)[]> {
  const replies = new Map<number, Reply>();
  for (const event of history) if (event.kind === 'completed') replies.set(event.step, event.reply);
  const connections = new Map<string, Connection>();
  // What was locked and written before PREPARE is let go and published by whoever says COMMIT PREPARED.
  const twoPhase = textsOf(history).some(isTwoPhase);
  const sent: (Sent | undefined)[] = [];
  for (const event of history) {
    if (event.kind !== 'free' && event.kind !== 'released') continue;
    const { session, statement } = event;
    const name = `${session} ${statement.connection}`;
    let connection = connections.get(name);
    if (connection === undefined) connections.set(name, (connection = new Connection(name, isolation)));
    if (event.kind === 'free') {
      connection.free(statement.text);
      continue;
    }
    const { step } = event;
    const touch = touches[step];
    if (touch === undefined) continue;
    const reply = replies.get(step);
    const { completed } = touch;
    sent[step] = {
      step,
      session,
      statement,
      transaction: connection.step(statement.text, touch.openBefore),
      reply,
      touched:
        twoPhase || hidesMore(statement.text)
          ? everything
          : await statements.touched(reply, completed?.evidence),
      during: completed?.during,
      endsTransaction: completed?.openAfter === false || statementKind(statement.text) === 'end',
      endsPart: savepointRestoredBy(statement.text) !== undefined,
    };
  }
  return sent;
}

/**
 * Whether the reply's command tag does not tell all: of several statements in one message it is the last one's, and what
 * makes a table from a query calls itself SELECT.
 */
function hidesMore(text: string): boolean {
  return (
    /;\s*\S/.test(text) ||
    /^\s*create\b/i.test(text) ||
    (/\binto\b/i.test(text) && !/\b(?:insert|merge)\s+into\b/i.test(text))
  );
}

/** Whether others may stop waiting when it ends, though it is no error. */
export function letsGo({ endsTransaction, endsPart, touched }: Sent): boolean {
  const gives = touched.advisory.some(({ kind }) => kind === 'give' || kind === 'give all');
  return endsTransaction || endsPart || gives;
}

/** What a transaction has claimed so far. */
export class Total {
  readonly locks: Claims['locks'][number][] = [];
  readonly writes: RowWrite[] = [];
  /** Advisory locks that end with it; sequences are not held. */
  readonly advisory: Set<string> = new Set();
  /** LOCK TABLE or DDL: held until the end. An error lets go at once. */
  opaque = false;
  /** Of all this, what it holds beyond doubt. */
  held: { readonly locks: Claims['locks'][number][]; readonly writes: RowWrite[] } = {
    locks: [],
    writes: [],
  };

  add(sent: Sent): void {
    const { touched, reply, endsPart } = sent;
    this.locks.push(...touched.locks);
    this.writes.push(...touched.writes);
    for (const request of touched.advisory)
      if (request.scope === 'transaction') this.advisory.add(advisoryResource(request));
    if (touched.opaque && reply?.kind !== 'error') this.opaque = true;
    // Which locks were taken since the savepoint is not looked at: it may be any of them.
    if (endsPart) this.held = { locks: [], writes: [] };
    this.held.locks.push(...certainLocks(sent));
    this.held.writes.push(...touched.writes);
  }
}

/** Locks on rows that are locked beyond doubt: the statement had one row to lock, and came back with one. */
export function certainLocks({ touched, reply }: Sent): Claims['locks'] {
  const one = touched.locks.length === 1 && reply?.kind === 'rows' && reply.rowCount === 1;
  return one && touched.locksWhatItReturns ? touched.locks : [];
}
