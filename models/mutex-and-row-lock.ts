/**
 * An in-process mutex and a row lock, taken in opposite orders. Neither Postgres nor the process can see the
 * cycle, so no deadlock is detected anywhere: both requests hang for ever.
 *
 * A shop prints one receipt at a time (the mutex is the printer) and keeps its stock in the database.
 */
import fc from 'fast-check';
import { defineModel, operation, type Session } from 'pg-lockstep';
import { holdsEverywhere, violatedEverywhere } from './support/expected.ts';
import { Mutex } from './support/mutex.ts';
import { inTransaction } from './support/transaction.ts';
import type { Variant } from './support/variant.ts';

interface Shop {
  readonly printer: Mutex;
}

type Change = (session: Session<unknown, Shop>, pieces: number) => Promise<unknown>;

async function changeStock({ client }: Session, change: number): Promise<number> {
  const { rows } = await client.query(
    `update stock set pieces = pieces + $1 where item = 'tea' returning pieces`,
    [change],
  );
  return rows[0].pieces;
}

async function lockStock({ client }: Session): Promise<number> {
  const { rows } = await client.query(`select pieces from stock where item = 'tea' for update`);
  return rows[0].pieces;
}

const refill: Change = (session, pieces) =>
  session.shared.printer.run(() =>
    inTransaction(session.client, 'begin', () => changeStock(session, pieces)),
  );

const sellRowFirst: Change = (session, pieces) =>
  inTransaction(session.client, 'begin', async () => {
    if ((await lockStock(session)) < pieces) return 'sold out';
    return session.shared.printer.run(() => changeStock(session, -pieces));
  });

const sellPrinterFirst: Change = (session, pieces) =>
  session.shared.printer.run(() =>
    inTransaction(session.client, 'begin', async () => {
      if ((await lockStock(session)) < pieces) return 'sold out';
      return changeStock(session, -pieces);
    }),
  );

function shop(sell: Change, variant: Variant) {
  const pieces = fc.integer({ min: 1, max: 3 });
  return defineModel<unknown, Shop>({
    name: 'mutex-and-row-lock',
    promise: 'every request is answered',
    schema: 'create table stock (item text primary key, pieces integer not null)',
    rows: fc.integer({ min: 1, max: 3 }).map((pieces) => ({ stock: [{ item: 'tea', pieces }] })),
    shared: () => ({ printer: new Mutex() }),
    operations: {
      refill: operation({ arguments: [pieces], run: refill }),
      sell: operation({ arguments: [pieces], run: sell }),
    },
    ...variant,
  });
}

export const oppositeOrders = shop(sellRowFirst, {
  variant: 'opposite-orders',
  kind: 'reported',
  description: 'refill takes the mutex, then the row; sell takes the row, then the mutex',
  expected: violatedEverywhere,
});

export const oneOrder = shop(sellPrinterFirst, {
  variant: 'one-order',
  kind: 'mended',
  description: 'both take the mutex first, then the row',
  expected: holdsEverywhere,
});
