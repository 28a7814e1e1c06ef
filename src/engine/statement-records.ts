/** Makes the record of each statement of an execution as it passes the gate, and keeps what the server reported about it. */
import type { Statement } from '../core/history.ts';
import { plain } from '../core/plain.ts';
import type { Evidence } from '../driver/evidence.ts';
import type { GatedClient, HeldStatement } from '../driver/gated-client.ts';
import type { ClientStock } from './client-stock.ts';
import { Transactions } from './transactions.ts';

export class StatementRecords {
  /** By step; empty if nothing is observed. */
  readonly evidence: (readonly Evidence[])[] = [];
  readonly #stock: Pick<ClientStock, 'isolation' | 'observed'>;
  readonly #transactions = new Map<GatedClient, Transactions>();
  /** The last step on each connection. */
  readonly #lastStep = new Map<GatedClient, number>();

  /** @param stock the default isolation level of its sessions, and whether they are observed */
  constructor(stock: Pick<ClientStock, 'isolation' | 'observed'>) {
    this.#stock = stock;
  }

  /**
   * The statement is about to be sent.
   *
   * @param connection its number among the session's connections
   */
  sent({ client, text, values, head }: HeldStatement, connection: number): Statement {
    let transactions = this.#transactions.get(client);
    if (transactions === undefined) {
      transactions = new Transactions(this.#stock.isolation);
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
   * @param step undefined for a free statement
   * @returns whether a transaction is open on its connection now
   */
  completed({ client, head }: HeldStatement, step: number | undefined): boolean {
    const openAfter = client.inTransaction;
    this.#transactions.get(client)?.completed(head, openAfter);
    if (this.#stock.observed) this.#keepEvidence(client, step);
    return openAfter;
  }

  /** A portal that was read in parts is closed later, and its plan is reported then. */
  #keepEvidence(client: GatedClient, step = this.#lastStep.get(client)): void {
    if (step === undefined) return;
    this.evidence[step] = [...(this.evidence[step] ?? []), ...client.takeEvidence()];
    this.#lastStep.set(client, step);
  }
}
