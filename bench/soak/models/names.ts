/** Things that may exist once: slugs, counters by page, rooms by day, a doctor on call. */
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import { inTransaction } from '../../../models/support/transaction.ts';
import { mendedAt, retried, sqlstateOf } from './support.ts';

export const uniqueSlug = defineModel({
  name: 'unique-slug',
  description: 'a taken slug gets a number, each try behind a savepoint',
  schema: 'create table post (slug text primary key, author text not null)',
  operations: {
    publish: operation({
      arguments: [fc.constantFrom('news', 'home'), fc.constantFrom('ann', 'ben')],
      run: ({ client }, title, author) =>
        inTransaction(client, 'begin', async () => {
          for (let attempt = 1; ; attempt += 1) {
            const slug = attempt === 1 ? title : `${title}-${attempt}`;
            await client.query('savepoint attempt');
            try {
              await client.query('insert into post values ($1, $2)', [slug, author]);
              await client.query('release savepoint attempt');
              return slug;
            } catch (error) {
              if (sqlstateOf(error) !== '23505') throw error;
              await client.query('rollback to savepoint attempt');
            }
          }
        }),
    }),
  },
  ...mendedAt('read committed', 'repeatable read'),
});

export const savepointRetry = defineModel({
  name: 'savepoint-retry',
  description: 'find or create; a creation that comes second is rolled back to a savepoint',
  schema: `
    create table tag (name text primary key);
    create table tagging (post int not null, tag text not null references tag)`,
  operations: {
    tag: operation({
      arguments: [fc.constantFrom(1, 2), fc.constantFrom('red', 'blue')],
      run: ({ client }, post, name) =>
        inTransaction(client, 'begin', async () => {
          const { rowCount } = await client.query('select from tag where name = $1', [name]);
          if (rowCount === 0) {
            await client.query('savepoint creation');
            try {
              await client.query('insert into tag values ($1)', [name]);
            } catch (error) {
              if (sqlstateOf(error) !== '23505') throw error;
              await client.query('rollback to savepoint creation');
            }
          }
          await client.query('insert into tagging values ($1, $2)', [post, name]);
        }),
    }),
  },
  ...mendedAt('read committed'),
});

export const upsertCounter = defineModel({
  name: 'upsert-counter',
  description: 'one statement counts, whether the page was there or not',
  schema: `
    create table hits (page text primary key, n int not null);
    create table visit (page text not null, n int not null)`,
  operations: {
    visit: operation({
      arguments: [fc.constantFrom('home', 'news')],
      run: ({ client }, page) =>
        inTransaction(client, 'begin', async () => {
          const { rows } = await client.query(
            `insert into hits values ($1, 1) on conflict (page) do update set n = hits.n + 1 returning n`,
            [page],
          );
          await client.query('insert into visit values ($1, $2)', [page, rows[0].n]);
          return rows[0].n;
        }),
    }),
  },
  ...mendedAt('read committed', 'repeatable read', 'serializable'),
});

export const roomByDay = defineModel({
  name: 'room-by-day',
  description: 'an advisory lock per room, taken before anybody looks whether it is free',
  schema: 'create table booking (room int not null, day int not null, guest text not null)',
  operations: {
    book: operation({
      arguments: [fc.constantFrom(1, 2), fc.constantFrom(1, 2), fc.constantFrom('ann', 'ben')],
      run: ({ client }, room, day, guest) =>
        inTransaction(client, 'begin', async () => {
          await client.query('select pg_advisory_xact_lock(7, $1)', [room]);
          const taken = await client.query('select from booking where room = $1 and day = $2', [room, day]);
          if (taken.rowCount !== 0) return 'taken';
          await client.query('insert into booking values ($1, $2, $3)', [room, day, guest]);
          return 'booked';
        }),
    }),
  },
  ...mendedAt('read committed'),
});

export const onCall = defineModel({
  name: 'on-call',
  description: 'one doctor stays on call: serializable, and tried again after 40001',
  schema: 'create table doctor (name text primary key, on_call boolean not null)',
  rows: {
    doctor: [
      { name: 'ann', on_call: true },
      { name: 'ben', on_call: true },
    ],
  },
  operations: {
    leave: operation({
      arguments: [fc.constantFrom('ann', 'ben')],
      run: ({ client }, name) =>
        retried(client, 'begin isolation level serializable', async () => {
          const { rows } = await client.query('select count(*)::int as n from doctor where on_call');
          if (rows[0].n < 2) return 'stays';
          await client.query('update doctor set on_call = false where name = $1', [name]);
          return 'leaves';
        }),
    }),
    come: operation({
      arguments: [fc.constantFrom('ann', 'ben')],
      run: ({ client }, name) =>
        retried(client, 'begin isolation level serializable', async () => {
          await client.query('update doctor set on_call = true where name = $1', [name]);
        }),
    }),
  },
  ...mendedAt('read committed', 'serializable'),
});
