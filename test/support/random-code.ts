/**
 * Code under test at random: sessions that read, lock, insert, update and delete, alone or in transactions, on tables
 * with unique keys, foreign keys that cascade, triggers, functions and advisory locks. What they make of each other is
 * known to nobody but the database.
 */
import fc from 'fast-check';
import { defineModel, operation } from '../../src/core/define-model.ts';
import type { Scenario } from '../../src/core/scenario.ts';

const schema = `
  create table item (id int primary key, n int not null, tag text unique);
  create table part (id serial primary key, item_id int not null references item on delete cascade, v int not null);
  create table log (item_id int, n int);
  create index on item (n);
  create view busy as select id, n from item where n >= 2;
  create function note() returns trigger language plpgsql as $$
    begin
      if new.n > 2 then insert into log values (new.id, new.n); end if;
      return new;
    end $$;
  create trigger note after update on item for each row execute function note();
  create function bump(which int) returns int language plpgsql as $$
    declare found_n int;
    begin
      select n into found_n from item where id = which;
      if found_n >= 1 then update item set n = n + 1 where id = 3;
      else perform count(*) from part; end if;
      return found_n;
    end $$;`;

/** A statement; `$last` in its text stands for the last number that the session read. */
interface Line {
  readonly sql: string;
  readonly values: readonly (number | string)[];
}

const id = fc.integer({ min: 1, max: 3 });
const small = fc.integer({ min: 0, max: 3 });
const line = (sql: string, ...values: fc.Arbitrary<number | string>[]): fc.Arbitrary<Line> =>
  fc.record({ sql: fc.constant(sql), values: fc.tuple(...values) });

const reading: readonly fc.Arbitrary<Line>[] = [
  line('select n from item where id = $1', id),
  line('select id, n from item order by id'),
  line('select id, n from item'),
  line('select count(*)::int as n, sum(n)::int as total from item where n >= $1', small),
  line('select max(n) as n from item'),
  line('select i.n, count(p.id)::int as parts from item i left join part p on p.item_id = i.id where i.id = $1 group by i.n', id), // prettier-ignore
  line('select * from busy order by id'),
  line('select v as n from part where item_id = $1 order by id', id),
  line('select count(*)::int as n from log'),
  line('select n from item where n = (select min(n) from item) order by id limit 1'),
];
const locking: readonly fc.Arbitrary<Line>[] = [
  line('select n from item where id = $1 for update', id),
  line('select n from item where id = $1 for share', id),
  line('select n from item where id = $1 for key share', id),
  line('select id, n from item where n >= $1 order by id for no key update', small),
  line('select id, n from item order by id for update skip locked limit 1'),
  line('select n from item where id = $1 for update nowait', id),
  line('select pg_advisory_xact_lock($1)', id),
  line('select pg_try_advisory_xact_lock($1)::int as n', id),
];
const writing: readonly fc.Arbitrary<Line>[] = [
  line('update item set n = n + 1 where id = $1', id),
  line('update item set n = $last + 1 where id = $1', id),
  // In which order these came shows in the number that is left.
  line('update item set n = -n where id = $1', id),
  line('update item set n = -n where n >= $1', small),
  line('update item set n = n - 2 - (select count(*) from log) where id = $1', id),
  line('update item set n = n + 1 where n >= $1', small),
  line('update item set n = (select count(*) from part) where id = $1', id),
  line('update item set tag = $2 where id = $1', id, fc.constantFrom('a', 'b')),
  line('update item set id = id + 10 where id = $1', id),
  line('insert into item values ($1, $2, null)', fc.integer({ min: 3, max: 5 }), small),
  line('insert into item values ($1, 0, $2) on conflict do nothing', fc.integer({ min: 3, max: 5 }), fc.constantFrom('a', 'b')), // prettier-ignore
  line('insert into item values ($1, 1, null) on conflict (id) do update set n = item.n + 1', fc.integer({ min: 2, max: 4 })), // prettier-ignore
  line('insert into part (item_id, v) values ($1, $2)', id, small),
  line('insert into log select id, n from item where n >= $1', small),
  line('delete from item where id = $1', id),
  line('delete from part where item_id = $1', id),
  line('delete from item where n < $1', small),
  line('select bump($1) as n', id),
];

export interface Script {
  readonly begin: string | null;
  readonly lines: readonly Line[];
  readonly end: string;
}

function script(maxLines: number): fc.Arbitrary<Script> {
  const lines = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.oneof(...reading) },
      { weight: 2, arbitrary: fc.oneof(...locking) },
      { weight: 5, arbitrary: fc.oneof(...writing) },
    ),
    { minLength: 1, maxLength: maxLines },
  );
  return fc.record({
    begin: fc.oneof(
      { weight: 4, arbitrary: fc.constant('begin') },
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom('begin isolation level repeatable read', 'begin isolation level serializable') }, // prettier-ignore
    ),
    lines,
    end: fc.oneof(
      { weight: 6, arbitrary: fc.constant('commit') },
      { weight: 1, arbitrary: fc.constant('rollback') },
    ),
  });
}

export const randomCode = defineModel({
  name: 'random-code',
  schema,
  rows: {
    item: [
      { id: 1, n: 0, tag: null },
      { id: 2, n: 1, tag: 'a' },
      { id: 3, n: 2, tag: null },
    ],
    part: [
      { id: 1, item_id: 1, v: 1 },
      { id: 2, item_id: 2, v: 2 },
    ],
  },
  operations: {
    run: operation({
      arguments: [script(3)],
      run: async ({ client }, { begin, lines, end }: Script) => {
        const seen: unknown[] = [];
        let last = 0;
        try {
          if (begin !== null) await client.query(begin);
          for (const { sql, values } of lines) {
            const { rows } = await client.query(sql.replace('$last', String(last)), [...values]);
            seen.push(rows);
            const number: unknown = rows[0]?.n;
            if (typeof number === 'number') last = number;
          }
          if (begin !== null) await client.query(end);
        } catch (error) {
          if (begin !== null) await client.query('rollback');
          seen.push((error as { code?: string }).code);
        }
        return seen;
      },
    }),
  },
});

/** Two sessions of up to three lines, or three of one or two. */
export const randomScenario: fc.Arbitrary<Scenario> = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(script(3), { minLength: 2, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(script(2), { minLength: 3, maxLength: 3 }) },
  )
  .map((scripts) => ({
    rows: randomCode.rows as Scenario['rows'],
    sessions: scripts.map((given) => [{ operation: 'run', args: [given] }]),
  }));
