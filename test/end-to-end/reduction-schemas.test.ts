/**
 * What a schema or a session's settings hide from plans, a case for each: the reduced search finds the outcomes of all
 * schedules, and where it should see through, it needs fewer.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineModel } from '../../src/core/define-model.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { lockCode, type Section } from '../support/lock-code.ts';
import { compareSearches } from '../support/searches.ts';

const schema = `
  create extension pgcrypto;
  create table item (id int primary key, n int not null, tag text);
  create unique index on item (tag) include (n);
  create table part (id int primary key, item_id int references item);
  create unique index on item (n) where n > 100;
  create function put(which int) returns text language plpgsql as $$
    begin insert into item values (which, 0); return 'put'; exception when unique_violation then return 'there'; end $$;
  create function try(which int) returns text language plpgsql as $$
    begin perform from item where id = which for update nowait; return 'free';
    exception when lock_not_available then return 'locked'; end $$;
  create table event (id int primary key, at timestamptz, day date);
  create sequence number;
  create table job (id int, done bool, n int not null, primary key (id, done)) partition by list (done);
  create table job_open partition of job for values in (false);
  create table job_done partition of job for values in (true);
  create table base (id int primary key, n int not null);
  create table child (primary key (id)) inherits (base);
  create view shown as select id, n from item;
  create function change() returns trigger language plpgsql as $$
    begin update item set n = new.n where id = new.id; return new; end $$;
  create trigger change instead of update on shown for each row execute function change();`;

const model = defineModel({
  name: 'hiding-schema',
  schema,
  rows: {
    item: [
      { id: 1, n: 0, tag: 'a' },
      { id: 2, n: 5, tag: 'b' },
    ],
    event: [{ id: 1, at: '2026-01-05T00:00:00Z', day: '2026-05-05' }],
    job_open: [{ id: 1, done: false, n: 0 }],
    job_done: [{ id: 2, done: true, n: 0 }],
    base: [{ id: 1, n: 0 }],
    child: [{ id: 2, n: 0 }],
  },
  operations: { run: lockCode.operations['run']! },
});

const section = (lines: readonly string[], gives: readonly string[] = []): Section => ({
  kind: '',
  lines,
  gives,
});
const alone = (...lines: readonly string[]): Section => section(lines);
const transaction = (...lines: readonly string[]): Section => section(['begin', ...lines, 'commit']);
const snapshot = (...lines: readonly string[]): Section =>
  section(['begin isolation level repeatable read', ...lines, 'commit']);

const cases: readonly (readonly [string, runs: number, ...(readonly Section[])])[] = [
  ['an insert that fails where its error is handled', 6, snapshot('select put(7)', 'select count(*) from item'), snapshot('select put(7)', 'select count(*) from item')],
  ['a lock that is refused where the error is handled', 4, transaction('select try(1)', 'select n from item where id = 2'), alone('select try(1)')],
  ["a condition that depends on the session's time zone", 2, section(["set timezone = 'Pacific/Auckland'", "select count(*) from event where at::date = '2026-01-02'"], ['reset timezone']), alone("insert into event values (9, '2026-01-01 20:00Z', null)")],
  ["a constant in the session's own form of dates", 2, section(["set datestyle = 'SQL, DMY'", "select count(*) from event where day = '2026-02-01'"], ['reset datestyle']), alone("insert into event values (9, null, '2026-02-01')")],
  ['a condition on a date that no setting changes', 1, alone("select count(*) from event where day = '2026-02-01'"), alone("insert into event values (9, null, '2026-02-02')")],
  ['rows that are written as by a replica', 2, section(['set session_replication_role = replica', 'update item set n = 7 where id = 1'], ['reset session_replication_role']), alone('select n from item where id = 1')],
  ['a unique index that includes another column', 5, section(['begin', "insert into item values (7, 1, 'z')", 'update item set n = n + 1 where id = 2', 'rollback']), transaction('update item set n = n + 1 where id = 2', "insert into item values (8, 2, 'z')")],
  ['a changed key that no foreign key can refer to', 9, transaction('update item set n = 101 where id = 1', 'update event set day = null where id = 1', 'select n from item where id = 1 for update'), transaction('insert into part values (1, 1)', 'update event set day = null where id = 1')],
  ['rows in the order of a key that may be null', 3, alone('insert into item values (7, 1, null)', 'select id from item order by tag desc limit 1'), alone('insert into item values (8, 2, null)')],
  ["a sequence's own row", 5, alone("select last_value from number", 'select n from item where id = 1'), alone("select nextval('number')", 'update item set n = 3 where id = 1')],
  ['a function in C that touches no table', 1, alone("select count(*) from item where digest(tag, 'md5') is null"), alone("select count(*) from event where digest('x', 'md5') is null")],
  ['a partitioned table, by another key', 1, alone('select n from job where id = 1'), alone('update job set n = 3 where id = 2')],
  ['a partitioned table, by its key', 4, transaction('select n from job where id = 1', 'update job set n = 3 where id = 1'), alone('update job set n = n + 1 where id = 1')],
  ['a row that moves to another partition', 2, transaction('select n from job where id = 1', 'update job set done = true where id = 1'), alone('select id from job where done')],
  ['rows of a partitioned table that are upserted', 2, alone('insert into job values (1, false, 1) on conflict (id, done) do update set n = job.n * 2 + 1'), alone('update job set n = n + 1 where id = 1')],
  ["a child table's row", 4, transaction('select n from base where id = 2', 'update base set n = 3 where id = 2'), alone('update base set n = n + 1 where id = 2')],
  ['a view that is written by a trigger', 2, alone('update shown set n = 7 where id = 1'), alone('select n from item where id = 1')],
  ['a view that is written by a trigger, at another row', 1, alone('update shown set n = 7 where id = 1'), alone('select n from item where id = 2')],
  ['only one of two tables is locked', 1, transaction('select i.n from item i join event e on e.id = i.id where i.id = 1 for update of i'), transaction('select * from event where id = 1 for update')],
  ['an insert that reads its own table', 7, transaction('insert into base select max(id) + 10, 0 from base', 'select n from base where id = 1'), transaction('update base set n = n + 1 where id = 1', 'insert into base values (7, 0)')],
  ['an insert that reads rows of its own table which another changes, through a snapshot', 4, snapshot('select 1 from event', 'insert into base select id + 10, n from base where n = 0', 'select sum(n) from base'), transaction('update base set n = n + 1 where id = 1', 'insert into base values (7, 0)')],
  ['an insert that reads rows of its own table which another changes', 11, transaction('select 1 from event', 'insert into base select id + 10, n from base where n = 0', 'update base set n = 5 where id = 1'), transaction('update base set n = n + 1 where id = 1', 'update base set n = n + 1 where id = 1')],
]; // prettier-ignore

const engine = postgres();
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(model, { engine, isolation: 'read committed' });
});
afterAll(async () => {
  await lab.close();
  await engine.close();
});

it.each(cases)('%s', async (_, runs, ...sections) => {
  const scenario: Scenario = {
    rows: model.rows as Scenario['rows'],
    sessions: sections.map((each) => [{ operation: 'run', args: [[each]] }]),
  };
  const limits = { maxSchedules: 2_000, sample: 0, maxReduced: 2_000 };
  const compared = await compareSearches(lab, scenario, limits);
  expect(compared?.all.exhausted).toBe(true);
  expect(compared?.all.gaveUp).toEqual([]);
  expect(compared?.missed).toEqual([]);
  expect(compared?.distrusting).toBe(false);
  expect(compared?.reduced.runs).toBe(runs);
});
