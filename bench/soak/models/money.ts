/** Balances: retry loops, locks in order, versions, reports. */
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import { inTransaction } from '../../../models/support/transaction.ts';
import { jitter, mendedAt, retried } from './support.ts';

const schema =
  'create table account (id int primary key, balance int not null, version int not null default 0)';
const rows = {
  account: [
    { id: 1, balance: 10, version: 0 },
    { id: 2, balance: 10, version: 0 },
  ],
};
const amount = fc.integer({ min: 1, max: 5 });
const account = fc.constantFrom(1, 2);

export const retryWithJitter = defineModel({
  name: 'retry-with-jitter',
  description: 'read, add, write; after 40001 once more, a few random milliseconds later',
  schema,
  rows,
  operations: {
    deposit: operation({
      arguments: [account, amount],
      run: ({ client }, id, sum) =>
        retried(
          client,
          'begin',
          async () => {
            const { rows: found } = await client.query('select balance from account where id = $1', [id]);
            await client.query('update account set balance = $1 where id = $2', [found[0].balance + sum, id]);
          },
          jitter,
        ),
    }),
  },
  ...mendedAt('repeatable read', 'serializable'),
});

export const transferInOrder = defineModel({
  name: 'transfer-in-order',
  description: 'both rows are locked with FOR UPDATE, the lower id first',
  schema,
  rows,
  operations: {
    transfer: operation({
      arguments: [account, amount],
      run: ({ client }, from, sum) =>
        inTransaction(client, 'begin', async () => {
          const { rows: locked } = await client.query(
            'select id, balance from account order by id for update',
          );
          const source = locked.find(({ id }) => id === from);
          if (source.balance < sum) return 'not enough';
          await client.query('update account set balance = balance - $1 where id = $2', [sum, from]);
          await client.query('update account set balance = balance + $1 where id = $2', [sum, 3 - from]);
          return 'done';
        }),
    }),
  },
  ...mendedAt('read committed', 'repeatable read', 'serializable'),
});

export const optimisticVersion = defineModel({
  name: 'optimistic-version',
  description: 'the update requires the version that was read, and is tried again if another came first',
  schema,
  rows,
  operations: {
    deposit: operation({
      arguments: [account, amount],
      run: async ({ client }, id, sum) => {
        for (let attempt = 1; attempt <= 10; attempt += 1) {
          const { rows: found } = await client.query('select balance, version from account where id = $1', [
            id,
          ]);
          const { rowCount } = await client.query(
            'update account set balance = $1, version = version + 1 where id = $2 and version = $3',
            [found[0].balance + sum, id, found[0].version],
          );
          if (rowCount === 1) return;
        }
        throw new Error('too many others');
      },
    }),
  },
  ...mendedAt('read committed', 'repeatable read', 'serializable'),
});

export const deferrableReport = defineModel({
  name: 'deferrable-report',
  description: 'transfers are serializable, the report of all balances is READ ONLY DEFERRABLE',
  schema,
  rows,
  operations: {
    transfer: operation({
      arguments: [account, amount],
      run: ({ client }, from, sum) =>
        retried(client, 'begin isolation level serializable', async () => {
          await client.query('update account set balance = balance - $1 where id = $2', [sum, from]);
          await client.query('update account set balance = balance + $1 where id = $2', [sum, 3 - from]);
        }),
    }),
    report: operation({
      run: async ({ client }) => {
        await client.query('begin isolation level serializable read only deferrable');
        const first = await client.query('select balance from account where id = 1');
        const second = await client.query('select balance from account where id = 2');
        await client.query('commit');
        return first.rows[0].balance + second.rows[0].balance;
      },
    }),
  },
  ...mendedAt('read committed', 'serializable'),
});

export const severalConnections = defineModel({
  name: 'several-connections',
  description: 'one connection of the pool holds the transaction, another one reads the fee',
  schema: `${schema}; create table fee (amount int not null); insert into fee values (1)`,
  rows,
  operations: {
    withdraw: operation({
      arguments: [account, amount],
      run: async ({ pool }, id, sum) => {
        const connection = await pool.connect();
        try {
          return await inTransaction(connection, 'begin', async () => {
            const { rows: found } = await connection.query(
              'select balance from account where id = $1 for update',
              [id],
            );
            const fee = await pool.query('select amount from fee');
            const left = found[0].balance - sum - fee.rows[0].amount;
            if (left < 0) return 'not enough';
            await connection.query('update account set balance = $1 where id = $2', [left, id]);
            return left;
          });
        } finally {
          connection.release();
        }
      },
    }),
  },
  ...mendedAt('read committed', 'repeatable read', 'serializable'),
});

export const idempotencyKey = defineModel({
  name: 'idempotency-key',
  description:
    'the key is inserted first: a request that finds it there waits, and returns the stored response',
  schema: `${schema}; create table request (key text primary key, response int)`,
  rows,
  operations: {
    charge: operation({
      arguments: [fc.constantFrom('a', 'b'), amount],
      run: ({ client }, key, sum) =>
        inTransaction(client, 'begin', async () => {
          const { rowCount } = await client.query(
            'insert into request (key) values ($1) on conflict (key) do nothing',
            [key],
          );
          if (rowCount === 0) {
            const { rows: stored } = await client.query('select response from request where key = $1', [key]);
            return stored[0].response;
          }
          const { rows: left } = await client.query(
            'update account set balance = balance - $1 where id = 1 returning balance',
            [sum],
          );
          await client.query('update request set response = $1 where key = $2', [left[0].balance, key]);
          return left[0].balance;
        }),
    }),
  },
  ...mendedAt('read committed', 'repeatable read'),
});

export const ledger = defineModel({
  name: 'ledger',
  description: 'entries refer to the account, which is locked FOR NO KEY UPDATE while its sum is formed',
  schema: `${schema};
    create table entry (
      id int generated always as identity primary key,
      account_id int not null references account,
      amount int not null
    )`,
  rows,
  operations: {
    post: operation({
      arguments: [account, amount],
      run: ({ client }, id, sum) =>
        inTransaction(client, 'begin', async () => {
          await client.query('select from account where id = $1 for no key update', [id]);
          await client.query('insert into entry (account_id, amount) values ($1, $2)', [id, sum]);
          const { rows: total } = await client.query(
            'select sum(amount)::int as sum from entry where account_id = $1',
            [id],
          );
          await client.query('update account set balance = $1 where id = $2', [total[0].sum, id]);
          return total[0].sum;
        }),
    }),
  },
  ...mendedAt('read committed'),
});
