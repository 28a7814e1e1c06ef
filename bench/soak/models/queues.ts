/** Work that several workers share: queues, an outbox, a job that one runs at a time. */
import fc from 'fast-check';
import { defineModel, operation, type Session } from 'pg-lockstep';
import { inTransaction } from '../../../models/support/transaction.ts';
import { mendedAt } from './support.ts';

const jobs = {
  schema: 'create table job (id int primary key, state text not null)',
  rows: fc.constantFrom(1, 2, 3).map((count) => ({
    job: Array.from({ length: count }, (_, index) => ({ id: index + 1, state: 'new' })),
  })),
};

/** Takes the first job that nobody has locked. */
const takeFirst = ({ client }: Session): Promise<number | undefined> =>
  inTransaction(client, 'begin', async () => {
    const { rows } = await client.query(
      `select id from job where state = 'new' order by id limit 1 for update skip locked`,
    );
    if (rows.length === 0) return undefined;
    await client.query(`update job set state = 'done' where id = $1`, [rows[0].id]);
    return rows[0].id;
  });

export const skipLockedQueue = defineModel({
  name: 'skip-locked-queue',
  description: 'a worker takes the first job that nobody has locked',
  ...jobs,
  operations: {
    work: operation({ run: takeFirst }),
  },
  ...mendedAt('read committed', 'repeatable read'),
});

/** Code that skips locked rows promises any new job, not the first: the serial form says so. */
export const anyJob = defineModel({
  name: 'any-job',
  description: 'as before, and one session reads the remaining jobs',
  ...jobs,
  operations: {
    work: operation({
      run: takeFirst,
      serial: async ({ client }, anyOf) => {
        const { rows } = await client.query<{ id: number }>(
          `select id from job where state = 'new' order by id`,
        );
        const job = anyOf([...rows, undefined]);
        if (job !== undefined) await client.query(`update job set state = 'done' where id = $1`, [job.id]);
        return job?.id;
      },
    }),
    left: operation({
      run: async ({ client }) =>
        (await client.query(`select id from job where state = 'new' order by id`)).rows.length,
    }),
  },
  ...mendedAt('read committed'),
});

export const outbox = defineModel({
  name: 'outbox',
  description: 'an order and its message in one transaction; a relay sends each message once',
  schema: `
    create table purchase (id int generated always as identity primary key, item text not null);
    create table outbox (id int generated always as identity primary key, item text not null);
    create table sent (item text not null)`,
  operations: {
    order: operation({
      arguments: [fc.constantFrom('tea', 'cup')],
      run: ({ client }, item) =>
        inTransaction(client, 'begin', async () => {
          await client.query('insert into purchase (item) values ($1)', [item]);
          await client.query('insert into outbox (item) values ($1)', [item]);
        }),
    }),
    relay: operation({
      run: ({ client }) =>
        inTransaction(client, 'begin', async () => {
          const { rows } = await client.query(
            'select id, item from outbox order by id limit 1 for update skip locked',
          );
          if (rows.length === 0) return 'nothing to send';
          await client.query('insert into sent values ($1)', [rows[0].item]);
          await client.query('delete from outbox where id = $1', [rows[0].id]);
          return rows[0].item;
        }),
    }),
  },
  ...mendedAt('read committed'),
});

export const jobLock = defineModel({
  name: 'job-lock',
  description: 'a session lock around a job that commits in several pieces',
  schema: 'create table progress (pages int not null); insert into progress values (0)',
  operations: {
    crawl: operation({
      run: async ({ client }) => {
        await client.query('select pg_advisory_lock(42)');
        try {
          const { rows } = await client.query('select pages from progress');
          await client.query('update progress set pages = $1', [rows[0].pages + 1]);
          return rows[0].pages + 1;
        } finally {
          await client.query('select pg_advisory_unlock(42)');
        }
      },
    }),
  },
  ...mendedAt('read committed', 'repeatable read', 'serializable'),
});

export const oneRunner = defineModel({
  name: 'one-runner',
  description: 'numbers without gaps: the table is locked before the largest is read',
  schema: 'create table invoice (number int not null, customer text not null)',
  operations: {
    issue: operation({
      arguments: [fc.constantFrom('ann', 'ben')],
      run: ({ client }, customer) =>
        inTransaction(client, 'begin', async () => {
          await client.query('lock table invoice in share row exclusive mode');
          const { rows } = await client.query('select coalesce(max(number), 0) + 1 as next from invoice');
          await client.query('insert into invoice values ($1, $2)', [rows[0].next, customer]);
          return rows[0].next;
        }),
    }),
  },
  ...mendedAt('read committed', 'repeatable read'),
});
