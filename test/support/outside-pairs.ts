/**
 * Code as applications have it, each faulty and mended, whose verdicts are known beforehand: they follow from what Postgres
 * promises, not from what this tool said.
 */
import fc from 'fast-check';
import type { IsolationLevel } from '../../src/core/isolation.ts';
import { defineModel, operation, type Model, type Session } from '../../src/index.ts';
import { retried } from '../../bench/soak/models/support.ts';
import { first, transaction } from './application-code.ts';

export interface Pair {
  readonly faulty: Model;
  readonly mended: Model;
}

type Operations = Readonly<Record<string, (session: Session, ...args: any[]) => Promise<unknown>>>;

interface Common extends Partial<Model> {
  readonly schema: string;
  /** By operation, its arguments. Default: none. */
  readonly args?: Readonly<Record<string, readonly fc.Arbitrary<unknown>[]>>;
}

function variant({ args = {}, ...common }: Common, kind: 'reported' | 'mended', runs: Operations): Model {
  const operations = Object.entries(runs).map(([name, run]) => [
    name,
    operation({ arguments: args[name] ?? [], run } as never),
  ]);
  return defineModel({
    name: 'outside',
    variant: kind,
    ...common,
    operations: Object.fromEntries(operations),
  } as Model);
}

function pair(common: Common, faulty: Operations, mended: Operations): Pair {
  return { faulty: variant(common, 'reported', faulty), mended: variant(common, 'mended', mended) };
}

const who = fc.constantFrom('ann', 'ben');

function spendAt(level: IsolationLevel): Operations[string] {
  return ({ client }, department) =>
    retried(client, `begin isolation level ${level}`, async () => {
      const { spent } = await first(client, 'select coalesce(sum(amount), 0)::int as spent from expense');
      if (spent + 60 > 100) return 'no money left';
      await client.query('insert into expense values ($1, 60)', [department]);
      return 'spent';
    });
}

const takeSeat: Operations[string] = ({ client }, id, name) =>
  transaction(client, async () => {
    const taking = 'update seat set owner = $2 where id = $1 and owner is null';
    const { rowCount } = await client.query(taking, [id, name]);
    if (rowCount === 1) await client.query('update booked set n = n + 1');
    return rowCount;
  });

export const outsidePairs: Readonly<Record<string, Pair>> = {
  'the last owner of a team cannot leave': pair(
    {
      schema: `create table member (name text primary key, role text not null);
        insert into member values ('ann', 'owner'), ('ben', 'owner')`,
      args: { leave: [who] },
    },
    {
      leave: ({ client }, name) =>
        transaction(client, async () => {
          const { n } = await first(client, `select count(*)::int as n from member where role = 'owner'`);
          if (n < 2) return 'you are the last owner';
          await client.query('delete from member where name = $1', [name]);
          return 'left';
        }),
    },
    {
      leave: ({ client }, name) =>
        transaction(client, async () => {
          const { rows: owners } = await client.query(
            `select name from member where role = 'owner' order by name for update`,
          );
          if (owners.length < 2) return 'you are the last owner';
          await client.query('delete from member where name = $1', [name]);
          return 'left';
        }),
    },
  ),

  'a coupon that can be used twice': pair(
    {
      schema: `create table coupon (code text primary key, used int not null, most int not null);
        insert into coupon values ('TEN', 0, 2)`,
    },
    {
      redeem: async ({ client }) => {
        const { used, most } = await first(client, 'select used, most from coupon');
        if (used >= most) return 'used up';
        await client.query('update coupon set used = used + 1');
        return 'ten off';
      },
    },
    {
      redeem: async ({ client }) => {
        const { rowCount } = await client.query('update coupon set used = used + 1 where used < most');
        return rowCount === 0 ? 'used up' : 'ten off';
      },
    },
  ),

  'a task that moves to another partition when it is taken': pair(
    {
      schema: `create table task (id int, taken bool, primary key (id, taken)) partition by list (taken);
        create table task_new partition of task for values in (false);
        create table task_taken partition of task for values in (true);
        insert into task values (1, false), (2, false)`,
    },
    {
      take: async ({ client }) => {
        const { rows } = await client.query('select id from task where not taken order by id limit 1');
        if (rows.length === 0) return 'nothing to do';
        await client.query('update task set taken = true where id = $1', [rows[0].id]);
        return rows[0].id;
      },
    },
    {
      take: async ({ client }) => {
        const next = 'select id from task where not taken order by id limit 1 for update skip locked';
        const { rows } = await client.query(
          `update task set taken = true where not taken and id = (${next}) returning id`,
        );
        return rows[0]?.id ?? 'nothing to do';
      },
    },
  ),

  'likes, counted in the post': pair(
    {
      schema: `create table post (id int primary key, likes int not null); insert into post values (1, 0);
        create table likes (post_id int references post, name text, primary key (post_id, name))`,
      args: { like: [who] },
    },
    {
      like: ({ client }, name) =>
        transaction(client, async () => {
          const { rowCount } = await client.query('insert into likes values (1, $1) on conflict do nothing', [
            name,
          ]);
          if (rowCount === 0) return 'already';
          const { n } = await first(client, 'select count(*)::int as n from likes where post_id = 1');
          await client.query('update post set likes = $1 where id = 1', [n]);
          return 'liked';
        }),
    },
    {
      like: ({ client }, name) =>
        transaction(client, async () => {
          const { rowCount } = await client.query('insert into likes values (1, $1) on conflict do nothing', [
            name,
          ]);
          if (rowCount === 0) return 'already';
          await client.query('update post set likes = likes + 1 where id = 1');
          return 'liked';
        }),
    },
  ),

  'two accounts, locked in the order of the call': pair(
    {
      schema: `create table account (id int primary key, balance int not null);
        insert into account values (1, 100), (2, 100)`,
      args: { move: [fc.constantFrom([1, 2], [2, 1])] },
    },
    {
      // Not mended by locks: what is written was read before them.
      move: ({ client }, [from, to]) =>
        retried(client, 'begin', async () => {
          const { balance: left } = await first(client, 'select balance from account where id = $1', [from]);
          const { balance: right } = await first(client, 'select balance from account where id = $1', [to]);
          await client.query('select 1 from account where id in ($1, $2) for update', [from, to]);
          await client.query('update account set balance = $2 where id = $1', [from, left - 10]);
          await client.query('update account set balance = $2 where id = $1', [to, right + 10]);
        }),
    },
    {
      move: ({ client }, [from, to]) =>
        retried(client, 'begin', async () => {
          const { balance: left } = await first(
            client,
            'select balance from account where id = $1 for update',
            [from],
          );
          const { balance: right } = await first(
            client,
            'select balance from account where id = $1 for update',
            [to],
          );
          await client.query('update account set balance = $2 where id = $1', [from, left - 10]);
          await client.query('update account set balance = $2 where id = $1', [to, right + 10]);
        }),
    },
  ),

  'a child for a parent that is deleted': pair(
    {
      schema: `create table project (id int primary key); insert into project values (1);
        create table task (project_id int, title text)`,
    },
    {
      add: async ({ client }) => {
        const project = await first(client, 'select id from project where id = 1');
        if (project === undefined) return 'no such project';
        await client.query(`insert into task values (1, 'paint')`);
        return 'added';
      },
      remove: ({ client }) =>
        transaction(client, async () => {
          await client.query('delete from task where project_id = 1');
          return (await client.query('delete from project where id = 1')).rowCount;
        }),
    },
    {
      add: ({ client }) =>
        transaction(client, async () => {
          const project = await first(client, 'select id from project where id = 1 for key share');
          if (project === undefined) return 'no such project';
          await client.query(`insert into task values (1, 'paint')`);
          return 'added';
        }),
      remove: ({ client }) =>
        transaction(client, async () => {
          // The lock first: tasks that are added meanwhile are seen by the statement that follows.
          await client.query('select 1 from project where id = 1 for update');
          await client.query('delete from task where project_id = 1');
          return (await client.query('delete from project where id = 1')).rowCount;
        }),
    },
  ),

  'a number per customer, under a lock by name': pair(
    {
      schema: 'create table invoice (customer text, number int)',
      args: { issue: [who] },
    },
    {
      issue: async ({ client }, customer) => {
        const next = 'select coalesce(max(number), 0) + 1 as next from invoice where customer = $1';
        const number = await transaction(client, async () => {
          await client.query('select pg_advisory_xact_lock(hashtext($1))', [customer]);
          return (await first(client, next, [customer])).next;
        });
        await client.query('insert into invoice values ($1, $2)', [customer, number]);
        return number;
      },
    },
    {
      issue: ({ client }, customer) =>
        transaction(client, async () => {
          await client.query('select pg_advisory_xact_lock(hashtext($1))', [customer]);
          const next = 'select coalesce(max(number), 0) + 1 as next from invoice where customer = $1';
          const { next: number } = await first(client, next, [customer]);
          await client.query('insert into invoice values ($1, $2)', [customer, number]);
          return number;
        }),
    },
  ),

  'settings that are merged': pair(
    {
      schema: `create table profile (id int primary key, settings jsonb not null); insert into profile values (1, '{}')`,
      args: { set: [fc.constantFrom('theme', 'font'), fc.constantFrom('a', 'b')] },
    },
    {
      set: async ({ client }, key, value) => {
        const { settings } = await first(client, 'select settings from profile where id = 1');
        await client.query('update profile set settings = $1 where id = 1', [
          JSON.stringify({ ...settings, [key]: value }),
        ]);
      },
    },
    {
      set: async ({ client }, key, value) => {
        await client.query(
          'update profile set settings = settings || jsonb_build_object($1::text, $2::text) where id = 1',
          [key, value],
        );
      },
    },
  ),

  'messages that move to an archive': pair(
    {
      schema: `create table inbox (id int primary key, body text); insert into inbox values (1, 'hello'), (2, 'bye');
        create table archive (id int, body text)`,
    },
    {
      archive: async ({ client }) => {
        await client.query('insert into archive select id, body from inbox');
        return (await client.query('delete from inbox')).rowCount;
      },
    },
    {
      archive: async ({ client }) => {
        const moved =
          'with gone as (delete from inbox returning id, body) insert into archive select * from gone';
        return (await client.query(moved)).rowCount;
      },
    },
  ),

  'a version that is checked': pair(
    {
      schema: `create table page (id int primary key, version int not null, body text not null);
        insert into page values (1, 1, '')`,
      args: { append: [who] },
    },
    {
      append: async ({ client }, name) => {
        const { version, body } = await first(client, 'select version, body from page where id = 1');
        const now = await first(client, 'select version from page where id = 1');
        if (now.version !== version) return 'somebody was faster';
        await client.query('update page set body = $1, version = version + 1 where id = 1', [body + name]);
        return 'saved';
      },
    },
    {
      append: async ({ client }, name) => {
        for (;;) {
          const { version, body } = await first(client, 'select version, body from page where id = 1');
          const { rowCount } = await client.query(
            'update page set body = $1, version = version + 1 where id = 1 and version = $2',
            [body + name, version],
          );
          if (rowCount === 1) return 'saved';
        }
      },
    },
  ),

  'a total that is added up again': pair(
    {
      schema:
        'create table cart (total int not null); insert into cart values (0); create table line (price int not null)',
      args: { add: [fc.constantFrom(1, 2)] },
    },
    {
      add: ({ client }, price) =>
        transaction(client, async () => {
          await client.query('insert into line values ($1)', [price]);
          await client.query('update cart set total = (select sum(price) from line)');
        }),
    },
    {
      add: ({ client }, price) =>
        transaction(client, async () => {
          await client.query('select total from cart for update');
          await client.query('insert into line values ($1)', [price]);
          await client.query('update cart set total = (select sum(price) from line)');
        }),
    },
  ),

  'a budget of two departments': pair(
    {
      schema: 'create table expense (department text, amount int)',
      args: { spend: [fc.constantFrom('it', 'hr')] },
    },
    { spend: spendAt('repeatable read') },
    { spend: spendAt('serializable') },
  ),

  'a seat map, and who reads it': pair(
    {
      schema: `create table seat (id int primary key, owner text); insert into seat values (1, null), (2, null);
        create table booked (n int not null); insert into booked values (0)`,
      args: { take: [fc.constantFrom(1, 2), who] },
    },
    {
      take: takeSeat,
      map: async ({ client }) => [
        (await first(client, 'select n from booked')).n,
        (await first(client, 'select count(owner)::int as n from seat')).n,
      ],
    },
    {
      take: takeSeat,
      map: ({ client }) =>
        first(client, 'select n, (select count(owner)::int from seat) as taken from booked'),
    },
  ),
};
