/**
 * Transaction ids: numbers that Postgres gives to transactions, one after the other, over all databases of a server.
 * Code reads them with `xmin`, which every row has, to see whether a row was changed meanwhile; they differ in each
 * execution.
 */
import type pg from 'pg';
import { textsOf, type History } from '../core/history.ts';

/** Ids from `from` to the one before `to`, modulo 2^32, as rows show them. */
export interface IdRange {
  readonly from: bigint;
  readonly to: bigint;
}

const asking = /\b(?:xmin|xmax|txid_\w+|pg_current_xact_id\w*|pg_(?:current_)?snapshot\w*)\b/i;

export class TransactionIds {
  readonly #admin: pg.Client;
  readonly #first: bigint;

  /** @param first the id of the first transaction whose rows the database may show */
  constructor(admin: pg.Client, first: bigint) {
    this.#admin = admin;
    this.#first = first;
  }

  /** Ids that statements of this history, which has just ended, may have read; undefined if none asks for ids. */
  async shownTo(history: History): Promise<IdRange | undefined> {
    const asks = textsOf(history).some((text) => asking.test(text));
    return asks ? { from: this.#first, to: await nextTransactionId(this.#admin) } : undefined;
  }
}

/** The id that the next transaction gets. */
export async function nextTransactionId(client: pg.Client): Promise<bigint> {
  const { rows } = await client.query<{ readonly id: string }>(
    'select txid_snapshot_xmax(txid_current_snapshot())::text as id',
  );
  return BigInt(rows[0]?.id ?? 0) % 2n ** 32n;
}
