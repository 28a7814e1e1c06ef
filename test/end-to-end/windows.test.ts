/** A statement that reads rows and then writes is one step: where others might come in between, a remark says so. */
import { afterAll, expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import type { IsolationLevel } from '../../src/core/isolation.ts';
import type { Session } from '../../src/core/model.ts';
import { modelOf } from '../support/models.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const engine = postgres();
afterAll(() => engine.close());

const schema = `
  create table kinds (kind text primary key);
  create table stock (item text primary key, kind text references kinds, left_over int not null, at timestamptz);
  create table log (item text, n int);
  create table part (n int) partition by range (n);
  create table part_low partition of part for values from (minvalue) to (9);
  create function take() returns void language plpgsql as $$
    declare n int;
    begin select left_over into n from stock where item = 'pen'; update stock set left_over = n - 1 where item = 'pen'; end $$;
  create function take_locked() returns void language plpgsql as $$
    declare n int;
    begin
      select left_over into n from stock where item = 'pen' for update;
      update stock set left_over = n - 1 where item = 'pen';
    end $$;
  create procedure take_all() language plpgsql as $$ begin perform take(); end $$;
  create function at_most_two() returns trigger language plpgsql as $$
    begin if (select count(*) from log where item = new.item) > 1 then raise 'too many'; end if; return new; end $$;
  create trigger at_most_two before insert on log for each row execute function at_most_two();
  create function touch() returns trigger language plpgsql as $$ begin new.at = null; return new; end $$;
  create trigger touch before update on stock for each row execute function touch();
  create function audit() returns trigger language plpgsql as $$ begin insert into kinds values (new.item); return new; end $$;
  create trigger audit after insert on stock for each row execute function audit()`;
const rows = {
  kinds: [{ kind: 'paper' }],
  stock: [{ item: 'pen', kind: 'paper', left_over: 5 }],
};

async function remarksOf(text: string, isolation: IsolationLevel = 'read committed'): Promise<string[]> {
  const act = async ({ client }: Session): Promise<void> => {
    await client.query('select 1 from kinds');
    await client.query(text);
  };
  const model = modelOf(schema, { act }, { rows });
  const { remarks, inconclusive } = await check(model, { engine, isolation, numRuns: 2, maxSchedules: 20 });
  expect(inconclusive).toBeUndefined();
  return remarks.filter((remark) => remark.includes('inside one statement'));
}

const remark = expect.stringMatching(/^act reads rows and then writes inside one statement/) as string;

test.each([
  ['a function', 'select take()'],
  ['a procedure', 'call take_all()'],
  ['a trigger', "insert into log values ('pen', 1)"],
  [
    'a check before an insert',
    "insert into kinds select 'a' where not exists (select from kinds where kind = 'a')",
  ],
  [
    'a check before an insert into a partitioned table',
    'insert into part select 1 where not exists (select from part)',
  ],
  [
    'several statements at once',
    "select left_over from stock; update stock set left_over = 4 where item = 'pen'",
  ],
])('%s', async (_, text) => {
  expect(await remarksOf(text)).toEqual([remark]);
});

test.each([
  ['rows that are changed in place', "update stock set left_over = left_over - 1 where item = 'pen'"],
  ['a function that locks what it reads', 'select take_locked()'],
  [
    'a key that Postgres looks up, and a trigger that writes',
    "insert into stock values ('ink', 'paper', 1) on conflict do nothing",
  ],
  ['a function that only reads', 'select count(*), max(left_over) from stock'],
])('no remark: %s', async (_, text) => {
  expect(await remarksOf(text)).toEqual([]);
});

test('at serializable Postgres itself ends all but one', async () => {
  expect(await remarksOf('select take()', 'serializable')).toEqual([]);
});
