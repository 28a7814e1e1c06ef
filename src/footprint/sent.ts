/** What an execution sent, step by step, with the transaction that each statement belongs to and what it touched. */
import type { Claims, RowWrite } from '../core/footprint.ts';
import type { History, Transaction } from '../core/history.ts';
import {
  endsTransaction,
  statementsIn,
  transactionKey,
  type SentStatement,
} from '../core/sent-statements.ts';
import type { Evidence } from '../driver/evidence.ts';
import { advisoryResource } from './advisory.ts';
import { comments, Definitions } from './definitions.ts';
import { everything, ownConnection, type Statements, type StatementFootprint } from './statements.ts';

/** A transaction of the execution; the same object for all its statements. */
export interface SentTransaction {
  /** The same in every execution: session, connection, and its number there. */
  readonly key: string;
  /** `unknown` is taken for all levels at once. */
  readonly level: Transaction['level'];
  /** The step that took its snapshot. */
  snapshotAt: number | undefined;
}

/** A statement that was a step of its own. */
export interface SentStep extends SentStatement {
  readonly step: number;
  readonly transaction: SentTransaction;
  readonly touched: StatementFootprint;
  /** Whether its transaction is over when it ends. */
  readonly endsTransaction: boolean;
  /** ROLLBACK TO: locks taken since the savepoint are released. */
  readonly endsPart: boolean;
}

/**
 * By step; undefined for a step that sent nothing.
 *
 * @param evidence by step: what the server reported
 */
export async function sentSteps(
  history: History,
  evidence: readonly (readonly Evidence[] | undefined)[],
  statements: Statements,
): Promise<readonly (SentStep | undefined)[]> {
  const all = statementsIn(history);
  const transactions = new Map<string, SentTransaction>();
  // What was locked and written before PREPARE is released and published by the session that says COMMIT PREPARED.
  const twoPhase = all.some(({ statement }) => statement.kind === 'two-phase');
  const definitions = new Definitions();
  const sent: (SentStep | undefined)[] = [];
  for (const each of all) {
    const { step, statement, reply } = each;
    const { reshaped } = definitions;
    const temporary = definitions.next(each);
    if (step === undefined) continue;
    const key = transactionKey(each);
    const hidden = reply === undefined || twoPhase || (temporary === undefined && hidesMore(statement.text));
    const known = temporary === 'own' ? ownConnection : await statements.touched(reply, evidence[step]);
    const level = statement.transaction?.level ?? 'unknown';
    const transaction = transactions.get(key) ?? { key, level, snapshotAt: undefined };
    transactions.set(key, transaction);
    sent[step] = {
      ...each,
      step,
      transaction,
      touched: hidden || (reshaped && known.ranQuery) ? { ...everything, hasWindow: known.hasWindow } : known,
      endsTransaction: endsTransaction(each),
      endsPart: statement.savepoint !== undefined && 'restored' in statement.savepoint,
    };
  }
  return sent;
}

/**
 * Whether the reply's command tag does not tell all: of several statements in one message it is the last one's, and what
 * makes a table from a query calls itself SELECT.
 */
function hidesMore(sent: string): boolean {
  const text = sent.replaceAll(comments, ' ');
  return (
    /;\s*\S/.test(text) ||
    /^\s*create\b/i.test(text) ||
    (/\binto\b/i.test(text) && !/\b(?:insert|merge)\s+into\b/i.test(text))
  );
}

/** Whether others may stop waiting when it ends, though it is no error. */
export function givesBack({ endsTransaction, endsPart, touched }: SentStep): boolean {
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

  add(sent: SentStep): void {
    const { touched, reply, endsPart } = sent;
    this.locks.push(...touched.locks);
    this.writes.push(...touched.writes);
    for (const request of touched.advisory)
      if (request.scope === 'transaction') this.advisory.add(advisoryResource(request));
    if (touched.opaque && reply?.kind !== 'error') this.opaque = true;
    // Which locks were taken since the savepoint is not looked at: it may be any of them. So may it be in an opaque statement.
    if (endsPart || touched.opaque) this.held = { locks: [], writes: [] };
    if (touched.opaque) return;
    this.held.locks.push(...certainLocks(sent));
    this.held.writes.push(...touched.writes);
  }
}

/** Locks on rows that are locked beyond doubt: the statement had one row to lock, and came back with one. */
export function certainLocks({ touched, reply }: SentStep): Claims['locks'] {
  const one = touched.locks.length === 1 && reply?.kind === 'rows' && reply.rowCount === 1;
  return one && touched.locksWhatItReturns ? touched.locks : [];
}
