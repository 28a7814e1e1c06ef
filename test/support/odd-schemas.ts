/**
 * Schemas of every kind, each with a number in it that operations count up: reading it and writing back one more loses
 * updates, adding one in the database does not. Whatever the schema is like, the first is violated and the second holds.
 */
import { defineModel, operation } from 'pg-lockstep';
import type { Model, Rows } from '../../src/core/model.ts';

export interface OddSchema {
  readonly name: string;
  readonly schema: string;
  readonly rows?: Rows;
  /** Gives the number in the first column of the first row. */
  readonly read: string;
  /** Writes the number $1. */
  readonly write: string;
  /** Adds one to it. */
  readonly add: string;
  /** Only a superuser can make it. */
  readonly superuser?: true;
  /** Takes many seconds. */
  readonly large?: true;
}

/** A table `t` with a row 1 whose `n` is counted. */
const usual = {
  rows: { t: [{ id: 1, n: 0 }] },
  read: 'select n from t where id = 1',
  write: 'update t set n = $1 where id = 1',
  add: 'update t set n = n + 1 where id = 1',
};

const hostile = `"it's ""; drop table x; -- $1"`;

export const oddSchemas: readonly OddSchema[] = [
  {
    ...usual,
    name: 'partitions that reference a table',
    schema: `
      create table y (id int primary key);
      create table t (id int not null references y, n int, primary key (id)) partition by list (id);
      create table t1 partition of t for values in (1) partition by hash (id);
      create table t1a partition of t1 for values with (modulus 2, remainder 0);
      create table t1b partition of t1 for values with (modulus 2, remainder 1);
      create table t2 partition of t default;
      create table z (t_id int references t);
      create function refuse() returns trigger language plpgsql as $$ begin raise 'no rows'; end $$;
      create trigger each_row before insert on t for each row execute function refuse();
      create trigger each_statement before insert on t for each statement execute function refuse()`,
    // By the name of the partitioned table, in no order; what would react to them does not.
    rows: { z: [{ t_id: 2 }], t: [1, 2].map((id) => ({ id, n: 0 })), y: [{ id: 1 }, { id: 2 }] },
    add: 'with s as (insert into y select max(id) + 1 from y) update t set n = n + 1 where id = 1',
  },
  {
    ...usual,
    name: 'a row that moves between partitions',
    schema: `
      create table t (id int, n int) partition by range (n);
      create table t_low partition of t for values from (minvalue) to (1);
      create table t_high partition of t for values from (1) to (maxvalue)`,
    rows: { t_low: [{ id: 1, n: 0 }] },
    // A row that moved away is an error to who waited for it.
    add: `begin; lock t in share row exclusive mode; update t set n = n + 1 where id = 1; commit`,
  },
  {
    ...usual,
    name: 'a view with INSTEAD OF triggers',
    schema: `
      create table base (id int primary key, n int not null);
      create view t as select id, n from base;
      create function t_update() returns trigger language plpgsql as
        $$ begin update base set n = case when new.n = -1 then base.n + 1 else new.n end where id = old.id; return new; end $$;
      create trigger t_update instead of update on t for each row execute function t_update()`,
    rows: { base: [{ id: 1, n: 0 }] },
    add: 'update t set n = -1 where id = 1',
  },
  {
    ...usual,
    name: 'a view with rules',
    schema: `
      create table base (id int primary key, n int not null);
      create table log (n int);
      create view t as select id, n from base;
      create rule t_update as on update to t do instead update base set n = new.n where id = old.id;
      create rule base_log as on insert to base do also insert into log values (new.n)`,
    rows: { base: [{ id: 1, n: 0 }] },
    add: 'update base set n = n + 1 where id = 1',
  },
  {
    ...usual,
    name: 'tables that reference each other',
    schema: `
      create table t (id int primary key, n int not null, boss int not null);
      create table p (id int primary key, t int not null references t on delete restrict, up int references p);
      alter table t add foreign key (boss) references p on delete cascade`,
    rows: {
      t: [{ id: 1, n: 0, boss: 7 }],
      p: [
        { id: 7, t: 1, up: 8 },
        { id: 8, t: 1, up: 7 },
      ],
    },
  },
  {
    ...usual,
    name: 'deferred and exclusion constraints',
    schema: `
      create table t (id int primary key, n int not null, place int unique deferrable initially deferred);
      create table c (id int references t deferrable initially deferred, during int4range,
        exclude using gist (during with &&));
      create constraint trigger later after update on t deferrable initially deferred for each row
        execute function suppress_redundant_updates_trigger()`.replace(
      /create constraint trigger[\s\S]*$/,
      '',
    ),
    rows: {
      t: [{ id: 1, n: 0, place: 1 }],
      c: [
        { id: 1, during: '[1,5)' },
        { id: 1, during: '[5,6)' },
      ],
    },
  },
  {
    ...usual,
    name: 'domains, enums, ranges, composite types and arrays',
    schema: `
      create domain whole as int check (value >= 0);
      create type mood as enum ('sad', 'it''s ok');
      create type place as (x int, "y y" text);
      create table t (id int primary key, n whole not null, m mood, p place, ps place[], r int4range, d daterange, j jsonb,
        b bytea, i interval, mm int[][], u uuid, x xml, v bit varying(9), money money, l line)`.replace(
      ', x xml',
      '',
    ),
    rows: {
      t: [
        {
          id: 1,
          n: 0,
          m: "it's ok",
          p: { x: 1, 'y y': 'a "b" \\ c' },
          ps: '{"(1,a)","(,)"}',
          r: '[1,3)',
          d: '[2026-01-01,)',
          j: { a: [1, null, '\\u0041'] },
          b: '\\x00ff',
          i: '1 mon -2 days',
          mm: '{{1,2},{3,4}}',
          u: '00000000-0000-0000-0000-000000000001',
          v: '101',
          money: '1.50',
          l: '{1,2,3}',
        },
      ],
    },
  },
  {
    ...usual,
    name: 'row-level security that binds its owner',
    schema: `
      create table t (id int primary key, n int not null);
      alter table t enable row level security;
      alter table t force row level security;
      create policy seen on t using (id = 1)`,
    rows: {
      t: [
        { id: 1, n: 0 },
        { id: 2, n: 0 },
      ],
    },
  },
  {
    ...usual,
    name: '200 tables',
    large: true,
    schema: [
      'create table t (id int primary key, n int not null)',
      ...Array.from(
        { length: 199 },
        (_, i) => `create table t${i} (id serial primary key, x int references t)`,
      ),
    ].join(';'),
  },
  {
    ...usual,
    name: '5,000 rows',
    large: true,
    schema: `create table t (id int primary key, n int not null);
      insert into t select g, 0 from generate_series(1, 5000) g`,
    rows: {},
  },
  {
    name: 'hostile names',
    schema: `
      create schema "My.Schema";
      create table "My.Schema".${hostile} ("select" int primary key, "N n" int not null, "$1" text default 'a''b\\c');
      create table public.pg_class (oid int, relname text);
      create table public."public.t" (id int);
      create sequence "My.Schema"."odd '""seq"`,
    rows: {
      [`My.Schema.${hostile.slice(1, -1).replace('""', '"')}`]: [{ select: 1, 'N n': 0, $1: "x'y\\z" }],
      pg_class: [{ oid: 1, relname: 'mine' }],
      'public.t': [{ id: 3 }],
    },
    read: `select "N n" from "My.Schema".${hostile}`,
    write: `update "My.Schema".${hostile} set "N n" = $1`,
    add: `update "My.Schema".${hostile} set "N n" = "N n" + 1`,
  },
  {
    name: 'duplicate rows without a key',
    schema: 'create table d (n int)',
    rows: { d: [{ n: 0 }, { n: 0 }, { n: null }] },
    read: 'select n from d where n is not null',
    write: 'update d set n = $1 where n is not null',
    add: 'update d set n = n + 1 where n is not null',
  },
  {
    ...usual,
    name: 'generated columns and identities',
    schema: `
      create table t (id int generated always as identity primary key, n int not null, twice int generated always as (n * 2) stored);
      create table log (id bigint generated always as identity, at timestamptz not null default now(), n int);
      create function t_log() returns trigger language plpgsql as $$ begin insert into log (n) values (new.n); return null; end $$;
      create trigger t_log after update on t for each row execute function t_log()`,
  },
  {
    ...usual,
    name: 'inheritance',
    schema: `
      create table t (id int, n int not null);
      create table child (extra text) inherits (t)`,
    rows: { t: [{ id: 2, n: 0 }], child: [{ id: 1, n: 0, extra: 'x' }] },
  },
  {
    ...usual,
    name: 'an unlogged table in another schema, by search_path',
    schema: `
      create schema app;
      create unlogged table app.t (id int primary key, n int not null)`,
    rows: { 'app.t': [{ id: 1, n: 0 }] },
    read: 'select n from app.t where id = 1',
    write: 'update app.t set n = $1 where id = 1',
    add: 'update app.t set n = n + 1 where id = 1',
  },
  {
    ...usual,
    name: 'triggers of every state',
    schema: `
      create table t (id int primary key, n int not null);
      create table log (what text);
      create function note() returns trigger language plpgsql as
        $$ begin insert into log values (tg_name); return new; end $$;
      create trigger usual before insert on t for each row execute function note();
      create trigger always after insert on t for each row execute function note();
      create trigger never before update on t for each row execute function note();
      create trigger whole after truncate or delete on t for each statement execute function note();
      alter table t enable always trigger always;
      alter table t enable always trigger whole;
      alter table t disable trigger never`,
  },
  {
    ...usual,
    name: 'an event trigger',
    superuser: true,
    schema: `
      create table t (id int primary key, n int not null);
      create table log (what text);
      create trigger usual before insert on t for each row execute function suppress_redundant_updates_trigger();
      drop trigger usual on t;
      create function note() returns event_trigger language plpgsql as $$ begin insert into log values (tg_tag); end $$;
      create event trigger noted on ddl_command_end execute function note()`,
  },
  {
    ...usual,
    name: 'descending sequences',
    schema: `
      create table t (id int primary key, n int not null);
      create sequence down increment -1;
      create sequence used increment -5 start 100 maxvalue 100 minvalue -20;
      select nextval('used');
      create sequence short as smallint increment -1 minvalue -10;
      create sequence spent increment -1 minvalue -2;
      select nextval('spent'), nextval('spent');
      create table log (id int default nextval('down'), other int default nextval('used'))`,
    read: 'select n from t where id = 1',
    add: 'with l as (insert into log default values) update t set n = n + 1 where id = 1',
  },
  {
    ...usual,
    name: 'materialised views',
    schema: `
      create table t (id int primary key, n int not null);
      create materialized view v as select n, id from t;
      create materialized view of_v as select count(*) as count, sum(n) as "sum n" from v;
      create materialized view empty as select n from t with no data;
      create function put(x int) returns void language plpgsql as $$ begin
        update t set n = x where id = 1;
        refresh materialized view v;
        refresh materialized view of_v;
      end $$`,
    read: 'select n from v',
    write: 'select put($1)',
    add: 'begin; lock table t in exclusive mode; select put(n + 1) from t; commit',
  },
  {
    ...usual,
    name: 'large objects',
    schema: 'create table t (id int primary key, n int not null, picture oid)',
    write: `update t set n = $1, picture = lo_from_bytea(0, '\\x6100')`,
    add: `update t set n = n + 1, picture = lo_from_bytea(0, '\\x6200')`,
  },
  {
    ...usual,
    name: 'types of extensions',
    superuser: true,
    schema: `
      create schema ext;
      create extension hstore schema ext;
      create extension citext;
      create table t (id int primary key, n int not null, h ext.hstore default '"a"=>"1"', c citext)`,
    rows: { t: [{ id: 1, n: 0, h: '"k"=>"v", "n"=>NULL', c: 'ABC' }] },
  },
  {
    ...usual,
    name: 'a table without columns',
    schema: `
      create table t (id int primary key, n int not null);
      create table nothing ();
      insert into nothing default values;
      insert into nothing default values`,
    add: 'with l as (insert into nothing default values) update t set n = n + 1 where id = 1',
  },
];

/** The two models of one schema. */
export function countersOn({ name, schema, rows = {}, read, write, add }: OddSchema): {
  readonly faulty: Model;
  readonly mended: Model;
} {
  const faulty = operation({
    run: async ({ client }) => {
      const result = (await client.query({ text: read, rowMode: 'array' })) as { rows: [number][] };
      await client.query(write, [Number(result.rows[0]?.[0]) + 1]);
    },
  });
  const mended = operation({ run: async ({ client }) => void (await client.query(add)) });
  const model = (variant: string, count: typeof faulty): Model =>
    defineModel({ name: name.replaceAll(/\W+/g, '-'), variant, schema, rows, operations: { count } });
  return { faulty: model('faulty', faulty), mended: model('mended', mended) };
}
