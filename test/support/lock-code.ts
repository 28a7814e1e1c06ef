/**
 * Code under test at random that takes locks: of every kind that Postgres has, in operations with critical sections one
 * after the other. What is done under a lock leaves a trace of the order in which locks were taken.
 */
import fc from 'fast-check';
import { defineModel, operation } from '../../src/core/define-model.ts';
import type { Scenario } from '../../src/core/scenario.ts';

const schema = `
  create table item (id int primary key, n int not null, tag text unique);
  create table part (id int primary key, item_id int references item);
  create table log (k int not null, who int not null, seen int not null);
  create table slot (who int, during int4range, exclude using gist (during with &&));
  create sequence number;
  create table late (id int primary key, k int unique deferrable initially deferred,
    item_id int references item deferrable initially deferred);
  create function take(k int) returns void language plpgsql as $$ begin perform pg_advisory_lock(k); end $$;
  create function give(k int) returns void language plpgsql as $$ begin perform pg_advisory_unlock(k); end $$;
  create function counted() returns int language plpgsql as $$ begin return (select count(*) from log); end $$;
  create function hold(k int) returns void language plpgsql as $$ begin perform pg_advisory_xact_lock(k); end $$;`;

/** A critical section. An error in it is answered with a rollback, where a transaction was begun. */
export interface Section {
  readonly kind: string;
  /** Asked first; where it answers false, the rest is left out, but for the end of the transaction. */
  readonly tries?: string;
  readonly lines: readonly string[];
  /** Sent at the end in any case: what gives back a lock that outlives an error. */
  readonly gives: readonly string[];
}

type Make = (k: number, work: readonly string[], more: readonly string[]) => Omit<Section, 'kind'>;

const inTransaction =
  (take: (k: number) => string, begin = 'begin'): Make =>
  (k, work, more) => ({ lines: [begin, take(k), ...work, 'commit', ...more], gives: [] });

const rowStrengths = ['update', 'no key update', 'share', 'key share'];
const tableModes = [
  'access share', 'row share', 'row exclusive', 'share update exclusive', 'share', 'share row exclusive', 'exclusive',
  'access exclusive',
]; // prettier-ignore
const keyForms: readonly (readonly [string, (k: number) => string])[] = [
  ['bigint', (k) => `${k}`],
  ['ints', (k) => `${k}, 7`],
];

function advisory(): readonly (readonly [string, Make])[] {
  return keyForms.flatMap(([form, key]) =>
    ['', '_shared'].flatMap((mode): readonly (readonly [string, Make])[] => {
      const lock = (k: number): string => `select pg_advisory_lock${mode}(${key(k)})`;
      const unlock = (k: number): string => `select pg_advisory_unlock${mode}(${key(k)})`;
      const tried = `pg_try_advisory_lock${mode}`;
      const name = `advisory${mode} (${form})`;
      return [
        [name, (k, work) => ({ lines: [lock(k), ...work], gives: [unlock(k)] })],
        [`${name}, work in a transaction`, (k, work) => ({ lines: [lock(k), 'begin', ...work, 'commit'], gives: [unlock(k)] })],
        [`${name}, taken in a transaction`, (k, work, more) => ({ lines: ['begin', lock(k), ...work, 'commit', ...more], gives: [unlock(k)] })],
        [`${name}, both in a transaction`, (k, work) => ({ lines: ['begin', lock(k), ...work, unlock(k), 'commit'], gives: ['select pg_advisory_unlock_all()'] })],
        [`${name}, twice`, (k, work, more) => ({ lines: [lock(k), lock(k), ...work, unlock(k), ...more], gives: [unlock(k)] })],
        [`${name}, tried`, (k, work) => ({ tries: `select ${tried}(${key(k)}) as got`, lines: work, gives: [unlock(k)] })],
        [`${name}, all given back`, (k, work) => ({ lines: [lock(k), ...work], gives: ['select pg_advisory_unlock_all()'] })],
        [`xact ${name}`, inTransaction((k) => `select pg_advisory_xact_lock${mode}(${key(k)})`)],
        [`xact ${name}, tried`, (k, work) => ({ lines: ['begin', `select pg_try_advisory_xact_lock${mode}(${key(k)}) as n`, ...work, 'commit'], gives: [] })],
      ]; // prettier-ignore
    }),
  );
}

const kinds: readonly (readonly [string, Make])[] = [
  ...advisory(),
  ['advisory, in a function', (k, work) => ({ lines: [`select take(${k})`, ...work], gives: [`select give(${k})`] })],
  ['advisory, taken in a function', (k, work) => ({ lines: [`select take(${k})`, ...work], gives: [`select pg_advisory_unlock(${k})`] })],
  ['advisory, given back in a function', (k, work) => ({ lines: [`select pg_advisory_lock(${k})`, ...work], gives: [`select give(${k})`] })],
  ['advisory, given back by DISCARD ALL', (k, work) => ({ lines: [`select pg_advisory_lock(${k})`, ...work], gives: ['discard all'] })],
  ['advisory, with a key out of a row', (k, work) => ({ lines: [`select pg_advisory_lock(id) from item where id = ${k}`, ...work], gives: [`select pg_advisory_unlock(id) from item where id = ${k}`, 'select pg_advisory_unlock_all()'] })],
  ['advisory, in a list of values', (k, work) => ({ lines: [`select * from (values (pg_advisory_lock(${k})), (null)) v`, ...work], gives: [`select pg_advisory_unlock(${k})`] })],
  ['advisory, from a join that may be empty', (k, work) => ({ lines: [`select pg_advisory_lock(${k}) from item where id = ${k} and n > 0`, ...work], gives: ['select pg_advisory_unlock_all()'] })],
  ['advisory and xact advisory', (k, work, more) => ({ lines: [`select pg_advisory_lock(${k})`, 'begin', `select pg_advisory_xact_lock(${k})`, ...work, 'commit', ...more], gives: [`select pg_advisory_unlock(${k})`] })],
  ['xact advisory, in a function', inTransaction((k) => `select hold(${k})`)],
  ['xact advisory, given back to a savepoint', (k, work, more) => ({ lines: ['begin', 'savepoint s', `select pg_advisory_xact_lock(${k})`, ...work, 'rollback to s', ...more, 'commit'], gives: [] })],
  ['xact advisory, given back and taken again', (k, work, more) => ({ lines: ['begin', 'savepoint s', `select pg_advisory_xact_lock(${k})`, 'rollback to s', ...more, `select pg_advisory_xact_lock(${k})`, ...work, 'commit'], gives: [] })],
  ...rowStrengths.map((strength): readonly [string, Make] => [`row for ${strength}`, inTransaction((k) => `select n from item where id = ${k} for ${strength}`)]),
  ...rowStrengths.map((strength): readonly [string, Make] => [`row for ${strength} nowait`, inTransaction((k) => `select n from item where id = ${k} for ${strength} nowait`)]),
  ...rowStrengths.map((strength): readonly [string, Make] => [`row for ${strength} skip locked`, inTransaction(() => `select id, n from item order by id for ${strength} skip locked limit 1`)]),
  ['row, given back to a savepoint', (k, work, more) => ({ lines: ['begin', 'savepoint s', `select n from item where id = ${k} for update`, ...work, 'rollback to s', ...more, 'commit'], gives: [] })],
  ['row, given back and taken again', (k, work, more) => ({ lines: ['begin', 'savepoint s', `select n from item where id = ${k} for update`, 'rollback to s', ...more, `select n from item where id = ${k} for update`, ...work, 'commit'], gives: [] })],
  ['row, counted', inTransaction((k) => `select count(*)::int as n from (select 1 from item where id = ${k} for update) as locked`)],
  ['row, updated', inTransaction((k) => `update item set n = -n where id = ${k}`)],
  ['row, deleted', inTransaction((k) => `delete from item where id = ${k}`)],
  ['row, moved away', inTransaction((k) => `update item set id = id + 10 where id = ${k}`)],
  ...tableModes.map((mode): readonly [string, Make] => [`table in ${mode} mode`, inTransaction(() => `lock table item in ${mode} mode`)]),
  ['table, nowait', inTransaction(() => 'lock table item in exclusive mode nowait')],
  ['table, given back to a savepoint', (_, work, more) => ({ lines: ['begin', 'savepoint s', 'lock table item in exclusive mode', ...work, 'rollback to s', ...more, 'commit'], gives: [] })],
  ['unique key', inTransaction((k) => `insert into item values (${k + 2}, 0, 'x')`)],
  ['unique key, taken by an update', inTransaction((k) => `update item set tag = 'x' where id = ${k}`)],
  ['unique key, given back to a savepoint', (k, work, more) => ({ lines: ['begin', 'savepoint s', `insert into item values (${k + 2}, 0, 'x')`, ...work, 'rollback to s', ...more, 'commit'], gives: [] })],
  ['unique key or nothing', inTransaction((k) => `insert into item values (${k + 2}, 5, null) on conflict do nothing`)],
  ['unique key or update', inTransaction((k) => `insert into item values (${k + 1}, 5, null) on conflict (id) do update set n = item.n * 2 + 5`)],
  ['foreign key', inTransaction((k) => `insert into part values (${k + 2}, ${k})`)],
  ['exclusion', inTransaction((k) => `insert into slot values (${k}, int4range(${k}, ${k + 2}))`)],
  ['deferred unique key', inTransaction((k) => `insert into late values (${k + 2}, 1, null)`)],
  ['deferred unique key, freed', inTransaction(() => 'update late set k = k + 1')],
  ['deferred foreign key', inTransaction((k) => `insert into late values (${k + 4}, null, ${k})`)],
  ['predicate', inTransaction((k) => `select count(*)::int as n from log where k = ${k}`, 'begin isolation level serializable')],
  ['a sequence, in a list of values', (k) => ({ lines: [`insert into log values (${k}, 0, nextval('number')), (${k}, 0, 0)`], gives: [] })],
  ['no lock', (_, work) => ({ lines: work, gives: [] })],
]; // prettier-ignore

/** What is done under a lock; most of it shows who came first. */
const works: readonly ((k: number, me: number) => string)[] = [
  (k, me) => `insert into log select ${k}, ${me}, count(*) from log where k = ${k}`,
  (k, me) => `update item set n = n * 2 + ${me} where id = ${k}`,
  (k) => `select n from item where id = ${k}`,
  (k) => `select count(*)::int as n from log where k = ${k}`,
  (k, me) => `insert into log values (${k}, ${me}, 0)`,
  () => `select count(*)::int as n from item`,
];

const workOn = (k: number, me: number, most: number): fc.Arbitrary<readonly string[]> =>
  fc.array(
    fc.constantFrom(...works).map((work) => work(k, me)),
    { minLength: 0, maxLength: most },
  );

function section(
  chosen: readonly (readonly [string, Make])[],
  me: number,
  most: number,
): fc.Arbitrary<Section> {
  return fc
    .record({ kind: fc.constantFrom(...chosen), k: fc.constantFrom(1, 1, 1, 2) })
    .chain(({ kind: [kind, make], k }) =>
      fc
        .tuple(workOn(k, me, most), workOn(k, me, 1))
        .map(([work, more]) => ({ kind, ...make(k, work, more) })),
    );
}

export const lockCode = defineModel({
  name: 'lock-code',
  schema,
  rows: {
    item: [
      { id: 1, n: 1, tag: null },
      { id: 2, n: 2, tag: 'a' },
    ],
    part: [{ id: 1, item_id: 2 }],
    late: [{ id: 1, k: 1, item_id: null }],
  },
  operations: {
    run: operation({
      arguments: [fc.array(section(kinds, 1, 2))],
      run: async ({ client }, sections: readonly Section[]) => {
        const seen: unknown[] = [];
        const send = async (sql: string): Promise<unknown> => {
          const { rows } = await client.query(sql);
          seen.push(rows);
          return rows[0];
        };
        for (const { tries, lines, gives } of sections) {
          let inTransaction = false;
          try {
            if (tries !== undefined && ((await send(tries)) as { got?: boolean }).got === false) continue;
            for (const line of lines) {
              if (line.startsWith('begin')) inTransaction = true;
              await send(line);
              if (line === 'commit') inTransaction = false;
            }
          } catch (error) {
            seen.push((error as { code?: string }).code);
            if (inTransaction) await client.query('rollback');
          }
          for (const give of gives) await send(give);
        }
        return seen;
      },
    }),
  },
});

/** Two sessions of two sections, or three of one or two; often of one kind, since locks meet their like. */
export const lockScenario: fc.Arbitrary<Scenario> = fc
  .record({
    own: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 2 }),
    sections: fc.constantFrom([2, 2], [2, 1], [2, 1], [1, 1], [1, 1], [1, 1, 1]),
  })
  .chain(({ own, sections }) =>
    fc.tuple(
      ...sections.map((count, session) =>
        fc.array(section(own, session + 1, sections.join() === '1,1' ? 2 : 1), {
          minLength: count,
          maxLength: count,
        }),
      ),
    ),
  )
  .map((scripts) => ({
    rows: lockCode.rows as Scenario['rows'],
    sessions: scripts.map((given) => [{ operation: 'run', args: [given] }]),
  }));
