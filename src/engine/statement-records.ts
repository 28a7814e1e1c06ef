/** Makes the record of each statement of an execution as it passes the gate, and keeps what the server reported about it. */
import type { Statement } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import { plain } from '../core/plain.ts';
import type { Evidence } from '../driver/evidence.ts';
import type { GatedClient, HeldStatement } from '../driver/gated-client.ts';
import { Transactions } from './transactions.ts';

interface Sessions {
  /** At which their transactions run unless they say otherwise. */
  readonly isolation: IsolationLevel;
  /** Whether the server reports what their statements touch. */
  readonly observed: boolean;
}

export class StatementRecords {
  /** By step; empty if nothing is observed. */
  readonly evidence: (readonly Evidence[])[] = [];
  readonly #sessions: Sessions;
  readonly #transactions = new Map<GatedClient, Transactions>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /**
   * The statement is about to be sent.
   *
   * @param connection which of its session's it is sent on
   */
  sent({ client, text, values, head }: HeldStatement, connection: number): Statement {
    let transactions = this.#transactions.get(client);
    if (transactions === undefined) {
      transactions = new Transactions(this.#sessions.isolation);
      this.#transactions.set(client, transactions);
    }
    const openBefore = client.inTransaction;
    return {
      text,
      values: plain(values) as unknown[],
      connection,
      kind: head.kind,
      transaction: transactions.sent(head, openBefore),
      openBefore,
      savepoint: head.savepoint,
    };
  }

  /**
   * The reply to the statement has come.
   *
   * @param step undefined for a statement that went along
   * @returns whether a transaction is open on its connection now
   */
  completed({ client, head }: HeldStatement, step: number | undefined): boolean {
    const openAfter = client.inTransaction;
    this.#transactions.get(client)?.completed(head, openAfter);
    if (step !== undefined && this.#sessions.observed) this.evidence[step] = client.takeEvidence();
    return openAfter;
  }
}
