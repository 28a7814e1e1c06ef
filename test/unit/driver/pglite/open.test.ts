/** Databases on PGlite: opened, dropped clean, opened again. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../../src/driver/contract.ts';
import { pglite } from '../../../../src/driver/pglite/index.ts';

const driver = pglite();
afterAll(() => driver.close());

async function withClient<T>(database: Database, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await new pg.Client(database.clientConfig({ kind: 'admin' })).connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Runs a text in one database, drops it, and asks in the next one. */
async function afterDrop(made: string, asked: string): Promise<unknown> {
  const first = await driver.open();
  await withClient(first, (client) => client.query(made));
  await first.drop();
  const second = await driver.open();
  const { rows } = await withClient(second, (client) => client.query(asked));
  await second.drop();
  return rows[0];
}

const mark = `select xmin::text as boot from pg_class where relname = 'pg_class'`;

test('without options it is always the same driver', () => {
  expect(pglite()).toBe(driver);
  expect(pglite({})).not.toBe(driver);
});

describe('a dropped database leaves nothing', () => {
  const user = 16384;
  test.each([
    [
      'tables',
      `create table a (id serial primary key, x text unique); create index on a (x); insert into a values (1)`,
    ],
    [
      'types',
      `create type mood as enum ('low'); create domain d as int check (value > 0); create type pair as (a int)`,
    ],
    [
      'functions',
      `create function f() returns int language sql as 'select 1'; create aggregate g (int) (sfunc = int4pl, stype = int)`,
    ],
    [
      'schemas',
      `create schema s; create view s.v as select 1 as one; create schema "od""d"; create table "od""d"."t t" (a int)`,
    ],
    ['the public schema itself', `drop schema public cascade; create schema public; create table a (x int)`],
    [
      'triggers',
      `create table a (x int); create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger t before insert on a for each row execute function f()`,
    ],
    [
      'roles and rights',
      `create role bob; create table a (x int); alter table a owner to bob; grant create on schema public to bob; alter role bob set work_mem = '1MB'`,
    ],
    [
      'event triggers and publications',
      `create function f() returns event_trigger language plpgsql as 'begin end'; create event trigger e on ddl_command_start execute function f(); create publication p for all tables`,
    ],
    [
      'partitions and statistics',
      `create table a (x int, y int) partition by range (x); create table b partition of a for values from (1) to (2); create statistics s on x, y from a; analyze`,
    ],
    ['large objects', `select lo_create(0)`],
    ['what a broken transaction made', `begin; create table a (x int)`],
  ])('%s', async (_name, made) => {
    const left = await afterDrop(
      made,
      `select (select count(*) from pg_class where oid >= ${user} and relnamespace::regnamespace::text !~ '^pg_')::int
        + (select count(*) from pg_type where oid >= ${user} and typnamespace::regnamespace::text !~ '^pg_')::int
        + (select count(*) from pg_proc where oid >= ${user})::int
        + (select count(*) from pg_namespace where oid >= ${user} and nspname !~ '^pg_|^public$')::int
        + (select count(*) from pg_authid where oid >= ${user})::int
        + (select count(*) from pg_event_trigger)::int + (select count(*) from pg_publication)::int
        + (select count(*) from pg_largeobject_metadata)::int
        + (select count(*) from pg_statistic_ext)::int as left,
        (select nspacl::text from pg_namespace where nspname = 'public') as rights`,
    );
    expect(left).toEqual({
      left: 0,
      rights: '{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}',
    });
  });

  test('settings, prepared statements, temporary tables, session locks', async () => {
    const made = `set timezone to 'Asia/Tokyo'; set search_path to nowhere; prepare p as select 1;
      create temp table scratch (a int); select pg_advisory_lock(1); listen news`;
    const asked = `select current_setting('timezone') as zone, current_setting('search_path') as path,
      (select count(*) from pg_prepared_statements)::int + (select count(*) from pg_locks where locktype = 'advisory')::int
      + (select count(*) from pg_class where relname = 'scratch')::int
      + (select count(*) from pg_listening_channels())::int as left`;
    expect(await afterDrop(made, asked)).toEqual({ zone: 'UTC', path: 'public', left: 0 });
  });

  test('what cannot be cleaned away costs a new instance', async () => {
    const count = 'select count(*)::int as databases from pg_database';
    const before = await afterDrop('select 1', count);
    expect(await afterDrop('create database other', count)).toEqual(before);
  });
});

test('a statement that brings PGlite down is reported, and the next database is a new one', async () => {
  const database = await driver.open();
  const client = new pg.Client(database.clientConfig({ kind: 'admin' }));
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  await client.connect();
  await client.query('create table a (x int)');
  // A COPY so well hidden that the guard does not see it: the backend finds no rows, and exits.
  const crash = client.query('copy a from/**/stdin');
  await expect(crash).rejects.toMatchObject({ name: 'Fault', code: 'pglite-crashed', kind: 'engine' });
  await expect(client.query('select 1')).rejects.toThrow();
  expect(errors[0]).toMatchObject({ code: 'pglite-crashed' });
  await client.end();
  await database.drop();
  const next = await driver.open();
  expect((await withClient(next, (other) => other.query('select 1 as one'))).rows).toEqual([{ one: 1 }]);
  await next.drop();
});

test('two databases at once share nothing; dropped ones are used again', async () => {
  const [a, b] = [await driver.open(), await driver.open()];
  await withClient(a, (client) => client.query('create table only_a (x int); begin'));
  await withClient(b, async (client) => {
    expect(b.wouldWait(client)).toBe(false);
    await expect(client.query('select * from only_a')).rejects.toMatchObject({ code: '42P01' });
  });
  await Promise.all([a.drop(), b.drop(), b.drop()]);
  const [c, d] = await Promise.all([driver.open(), driver.open()]);
  for (const database of [c, d])
    expect((await withClient(database, (client) => client.query(mark))).rowCount).toBe(1);
  await Promise.all([c.drop(), d.drop()]);
});

test('a dropped database takes no more clients', async () => {
  const database = await driver.open();
  await database.drop();
  const client = new pg.Client(database.clientConfig({ kind: 'admin' }));
  client.on('error', () => {});
  await expect(client.connect()).rejects.toThrow('the database was dropped');
});

test('a boot that takes too long is a fault that names its limit', async () => {
  const hurried = pglite({ bootTimeoutMs: 1 });
  await expect(hurried.open()).rejects.toMatchObject({
    name: 'Fault',
    code: 'pglite-boot-timeout',
    kind: 'engine',
  });
  await hurried.close();
});

test('closed, it opens again', async () => {
  await driver.close();
  await driver.close();
  const database = await driver.open();
  expect((await withClient(database, (client) => client.query('select 1'))).rowCount).toBe(1);
  await database.drop();
});

test('the process stays while it is asked to and while a query runs, and ends by itself', async () => {
  const built = new URL('../../../../dist/driver/pglite/index.js', import.meta.url).href;
  // The timer is no reason to stay: it fires only if the process stays for another one.
  const script = `
    import pg from 'pg';
    import { pglite } from ${JSON.stringify(built)};
    process.on('exit', () => console.log('ended'));
    const database = await pglite().open();
    const client = await new pg.Client(database.clientConfig({ kind: 'admin' })).connect();
    await client.query('begin');
    database.keepAlive(true);
    setTimeout(() => {
      console.log('still here');
      database.keepAlive(false);
      client.query('select 1 as one').then(({ rows }) => console.log(rows[0].one));
    }, 20).unref();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(stdout).toBe('still here\n1\nended\n');
});
