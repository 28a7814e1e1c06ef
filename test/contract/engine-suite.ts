/** What the engine must keep on every kind of database. A new driver joins by calling this. */
import type { Client, PoolClient, QueryResult } from 'pg';
import Cursor from 'pg-cursor';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Session } from '../../src/core/model.ts';
import type { Driver } from '../../src/driver/contract.ts';
import { limitCauseText } from '../../src/report/limit-text.ts';
import { Bench, call, lines, sql } from '../support/bench.ts';

const awkwardSchema = `
  create schema "Other";
  create table "Mixed Case" ("select" int primary key, "a""b" text);
  create table "Other".thing (id int generated always as identity primary key, name text default 'none');
  create sequence loose increment by 5;
  create table kinds (
    id serial primary key, doc jsonb, list int[], bytes bytea, at timestamptz, exact numeric, real8 float8, day date,
    span interval, flag boolean, twice int generated always as (id * 2) stored, texts text[], uid uuid, raw json);
  create table hen (id int primary key, egg int not null);
  create table egg (id int primary key, hen int not null references hen);
  alter table hen add foreign key (egg) references egg deferrable initially deferred;
  create table audited (id int primary key);
  create table audit (what text);
  create function note() returns trigger language plpgsql as
    $$ begin insert into audit values (tg_op); return null; end $$;
  create trigger note after insert or update or delete or truncate on audited for each statement execute function note();
  create table parted (id int, half int) partition by list (half);
  create table parted_1 partition of parted for values in (1);
  create table parted_2 partition of parted for values in (2);
  create table base (id int);
  create table derived (more int) inherits (base);
  insert into "Mixed Case" values (0, 'from the schema');
  insert into hen values (1, 1);
  insert into egg values (1, 1);
`;
const awkwardRows = {
  'Mixed Case': [{ select: 1, 'a"b': `it's "quoted" \\ and é\n` }, { select: 2, 'a"b': null }],
  'Other.thing': [{ id: 7, name: 'x' }, { id: 3, name: '' }],
  kinds: [
    {
      id: 1, doc: { b: [1, null], a: 'é' }, list: [1, 2], bytes: '\\x00ff', at: '2020-01-02T03:04:05.678901+02',
      exact: '1.500', real8: 0.1, day: '2020-02-29', span: '1 mon 2 days', flag: true, texts: ['a,b', 'null', '"'],
      uid: '00000000-0000-0000-0000-000000000001', raw: { b: 1, a: 2 },
    },
    { id: 2, exact: 'NaN', real8: 'Infinity', list: [] },
  ],
  audited: [{ id: 1 }],
  parted_1: [{ id: 1, half: 1 }],
  parted_2: [{ id: 2, half: 2 }],
  base: [{ id: 1 }],
  derived: [{ id: 2, more: 3 }],
}; // prettier-ignore
const readAll = `
  select (select json_agg(t) from "Mixed Case" t) as mixed, (select json_agg(t) from "Other".thing t) as other,
    (select json_agg(t::text) from kinds t) as kinds, (select json_agg(t) from hen t) as hen,
    (select json_agg(t) from egg t) as egg, (select json_agg(t) from audited t) as audited,
    (select count(*)::int from audit) as audits, (select json_agg(t) from parted t) as parted,
    (select json_agg(t) from only base t) as base, (select json_agg(t) from derived t) as derived`;
const writeAll = [
  `insert into "Mixed Case" values (9, 'nine')`,
  `update "Mixed Case" set "a""b" = 'changed' where "select" = 1`,
  `insert into "Other".thing (name) values ('new')`,
  `delete from "Other".thing where id = 7`,
  `update kinds set doc = null, list = '{3}', bytes = '', at = now(), exact = exact + 1, raw = '{}'`,
  'insert into kinds (flag) values (false)',
  'begin',
  'insert into hen values (2, 2)',
  'insert into egg values (2, 2)',
  'commit',
  'delete from audited',
  'insert into audited values (5)',
  'update parted set half = 3 - half',
  'update base set id = id + 1',
];

export function engineSuite(name: string, driver: Driver, options: { readonly executions: number }): void {
  vi.setConfig({ testTimeout: 30_000 });
  afterAll(() => driver.close());
  let bench: Bench;

  describe(`the reset of tables on ${name}`, () => {
    beforeAll(async () => {
      bench = await Bench.open(driver, { schema: awkwardSchema, rows: awkwardRows });
    });
    afterAll(() => bench.close());

    test('every execution starts from the same rows, whatever the one before did', async () => {
      const before = await bench.alone(sql(readAll));
      expect(before).toMatchObject([
        {
          mixed: [{ select: 0 }, { select: 1, 'a"b': `it's "quoted" \\ and é\n` }, { select: 2, 'a"b': null }],
          other: [{ id: 7, name: 'x' }, { id: 3, name: '' }],
          hen: [{ id: 1, egg: 1 }],
          base: [{ id: 1 }],
          derived: [{ id: 2, more: 3 }],
        },
      ]); // prettier-ignore
      for (let time = 0; time < 3; time += 1) {
        const { answers, final } = await bench.run([[sql(...writeAll)]]);
        expect(answers).toEqual([[{ kind: 'returned', value: [] }]]);
        // The user's own statements fire the trigger, the reset does not (the next line).
        expect(final.tables['audit']?.rows.slice(-2)).toEqual([['DELETE'], ['INSERT']]);
        expect(await bench.alone(sql(readAll))).toEqual(before);
      }
    });

    // PGlite's starting rows fire triggers today; the reset does not, anywhere.
    test.runIf(driver.kind === 'postgres')('starting rows fire no trigger', async () => {
      expect(await bench.alone(sql('select from audit'))).toEqual([]);
    });

    test('sequences go back, also those of identities and serials', async () => {
      const next = [
        `insert into "Other".thing (name) values ('new')`,
        'insert into kinds (flag) values (false)',
        `select nextval('loose') as loose, (select max(id) from "Other".thing) as thing, (select max(id) from kinds) as kinds`,
      ];
      const first = await bench.alone(sql(...next));
      await bench.run([[sql("select nextval('loose'), setval('kinds_id_seq', 999999)")]]);
      for (let time = 0; time < 3; time += 1) expect(await bench.alone(sql(...next))).toEqual(first);
    });

    test('what a transaction that never ended wrote is gone', async () => {
      const { final } = await bench.run([[sql('begin', 'delete from "Mixed Case"', 'lock table kinds')]]);
      expect(final.tables['Mixed Case']?.rows.length).toBe(3);
      expect(await bench.alone(sql('select count(*)::int as n from "Mixed Case"'))).toEqual([{ n: 3 }]);
    });
  });

  describe(`physical order on ${name}`, () => {
    beforeAll(async () => {
      bench = await Bench.open(driver, {
        schema: 'create table t (id int, pad text); create table r (id int primary key, t int)',
        rows: { t: [5, 3, 8, 1].map((id) => ({ id, pad: 'x'.repeat(60) })), r: [{ id: 2, t: 5 }, { id: 1, t: 3 }] },
      }); // prettier-ignore
    });
    afterAll(() => bench.close());

    test(`rows read without ORDER BY come in the same order in ${options.executions} executions`, async () => {
      const read = `select array(select id from t) as t, array(select id from r) as r`;
      const work = [
        'update t set pad = pad where id = 3',
        'delete from t where id = 8',
        `insert into t values (9, 'new')`,
        `insert into t values (10, 'gone')`,
        'delete from t where id = 10',
        'update r set t = t + 1',
        `insert into t values (11, 'last')`,
      ];
      const first = await bench.run([[sql(read), sql(...work), sql(read)]]);
      const order = first.answers[0]?.map((answer) => (answer.kind === 'returned' ? answer.value : answer));
      expect(order?.[0]).toEqual([{ t: [5, 3, 8, 1], r: [2, 1] }]);
      for (let time = 1; time < options.executions; time += 1) {
        const again = await bench.run([[sql(read), sql(...work), sql(read)]]);
        expect(again.answers).toEqual(first.answers);
        expect(again.final.tables).toEqual(first.final.tables);
      }
    });
  });

  describe(`the state of sessions on ${name}`, () => {
    beforeAll(async () => {
      bench = await Bench.open(driver, {
        operations: {
          leave: async ({ client, pool }) => {
            for (const [index, db] of [client, pool].entries()) {
              await db.query(`set work_mem = '123kB'`);
              await db.query('set search_path = pg_catalog');
              await db.query(`create temp table mine_${index} (id int)`);
              await db.query('select pg_advisory_lock_shared(42)');
              await db.query(`prepare mine_${index} as select 1`);
              await db.query({ name: 'named', text: 'select 2 as two' });
              await db.query('listen mine');
            }
            client.on('notice', () => {});
          },
          look: async ({ client, pool }) => {
            const found = async (db: { query(text: string): Promise<QueryResult> }) =>
              (
                await db.query(`select current_setting('work_mem') as memory, current_setting('search_path') as path,
                  to_regclass('pg_temp.mine_0') as temp, (select count(*)::int from pg_locks where objid = 42) as locks,
                  (select count(*)::int from pg_prepared_statements) as prepared,
                  (select count(*)::int from pg_listening_channels()) as channels`)
              ).rows[0] as unknown;
            return [await found(client), await found(pool), client.listenerCount('notice')];
          },
          named: async ({ client }) =>
            (await client.query({ name: 'named', text: 'select 3 as three' })).rows,
          counter: async ({ client }) => {
            await client.query(`create temp sequence counter`);
            await client.query(`select nextval('counter')`);
          },
          lastval: ({ client }) => client.query('select lastval()'),
        },
      });
    });
    afterAll(() => bench.close());

    test('settings, temporary tables, session locks, prepared statements and channels do not outlive it', async () => {
      const before = await bench.alone(call('look'));
      expect(before).toMatchObject([{ temp: null, locks: 0, prepared: 0, channels: 0 }, { locks: 0 }, 0]);
      await bench.alone(call('leave'));
      expect(await bench.alone(call('look'))).toEqual(before);
    });

    test('a named statement may have another text in the next execution', async () => {
      await bench.alone(call('leave'));
      expect(await bench.alone(call('named'))).toEqual([{ three: 3 }]);
    });

    test('lastval is undefined again', async () => {
      await bench.alone(call('counter'));
      const { answers } = await bench.run([[call('lastval')]]);
      expect(answers[0]?.[0]).toMatchObject({ kind: 'failed', sqlstate: '55000' });
    });

    test('a session keeps its connection from one operation to the next', async () => {
      const { answers } = await bench.run([[sql(`set work_mem = '123kB'`), sql('show work_mem')]]);
      expect(answers[0]?.[1]).toEqual({ kind: 'returned', value: [{ work_mem: '123kB' }] });
    });
  });

  describe(`limits on ${name}`, () => {
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    let unwound: string[] = [];
    beforeAll(async () => {
      bench = await Bench.open(driver, {
        schema: 'create table t (id int primary key)',
        rows: { t: [{ id: 1 }] },
        operations: {
          endless: async ({ client }) => {
            await client.query('begin');
            await client.query('delete from t');
            try {
              for (;;) await client.query('select');
            } catch (error) {
              unwound.push((error as Error).name);
              throw error;
            }
          },
          stubborn: async ({ client }) => {
            for (;;) await client.query('select').catch(() => {});
          },
          timers: async () => {
            for (;;) await sleep(5);
          },
        },
      });
    });
    afterAll(() => bench.close());

    test.each(['endless', 'stubborn'])('maxSteps ends an operation that does not (%s)', async (operation) => {
      unwound = [];
      const { end, choices } = await bench.run([[call(operation)]], undefined, { maxSteps: 12 });
      expect(end).toEqual({
        kind: 'gave-up',
        limit: 'maxSteps',
        cause: { kind: 'steps', steps: 12, unfinished: [0], spinning: [0] },
      });
      expect(end.kind === 'gave-up' && limitCauseText(end.cause)).toBe(
        '12 steps were taken and s1 had not finished; s1 got the same replies to the same statements again and again',
      );
      expect(choices.length).toBe(12);
      if (operation === 'endless') expect(unwound).toEqual(['Abandoned']);
      // Nothing of it is left: neither its transaction nor its lock.
      expect(await bench.alone(sql('begin', 'lock table t nowait', 'select id from t'))).toEqual([{ id: 1 }]);
    });

    test('outsideTimeoutMs ends waiting for timers that go on and on', async () => {
      const { end } = await bench.run([[call('timers')]], undefined, {
        outsideTimeoutMs: 60,
        unwindTimeoutMs: 60,
      });
      expect(end).toMatchObject({
        kind: 'gave-up',
        limit: 'outsideTimeoutMs',
        cause: { kind: 'outside', waiting: [{ session: 0, operation: 'timers' }] },
      });
      expect(end.kind === 'gave-up' && limitCauseText(end.cause)).toBe(
        's1 in timers waits for a timer, file or network outside the database',
      );
      expect(await bench.alone(sql('select id from t'))).toEqual([{ id: 1 }]);
    });
  });

  describe(`what code may do with its client on ${name}`, () => {
    type Code = (session: Session) => Promise<unknown>;
    const withCallback = (
      db: { query: (...input: any[]) => unknown },
      ...input: unknown[]
    ): Promise<unknown> =>
      new Promise((resolve, reject) => {
        db.query(...input, (error: Error | null | undefined, result: QueryResult) =>
          error ? reject(error) : resolve(result.rows),
        );
      });
    const surfaces: Readonly<Record<string, { readonly code: Code; readonly value: unknown }>> = {
      'query with values': {
        code: async ({ client }) => (await client.query('select $1::int as n', [1])).rows,
        value: [{ n: 1 }],
      },
      'query config': {
        code: async ({ client }) => (await client.query({ text: 'select $1::int as n', values: [2] })).rows,
        value: [{ n: 2 }],
      },
      'config and values': {
        code: async ({ client }) => (await client.query({ text: 'select $1::int as n' }, [3])).rows,
        value: [{ n: 3 }],
      },
      'rows as arrays': {
        code: async ({ client }) =>
          (await client.query({ text: 'select 1 as a, 2 as b', rowMode: 'array' })).rows,
        value: [[1, 2]],
      },
      'a named statement, twice': {
        code: async ({ client }) => {
          const run = async (n: number) =>
            (await client.query({ name: 'n', text: 'select $1::int as n', values: [n] })).rows[0].n as number;
          return [await run(4), await run(5)];
        },
        value: [4, 5],
      },
      'several statements in one text': {
        code: async ({ client }) => {
          const results = (await client.query('select 1 as a; select 2 as b')) as unknown as QueryResult[];
          return results.map(({ rows }) => rows as unknown);
        },
        value: [[{ a: 1 }], [{ b: 2 }]],
      },
      'a callback': {
        code: ({ client }) => withCallback(client as never, 'select 6 as n'),
        value: [{ n: 6 }],
      },
      'values and a callback': {
        code: ({ client }) => withCallback(client as never, 'select $1::int as n', [7]),
        value: [{ n: 7 }],
      },
      'pool.query': { code: async ({ pool }) => (await pool.query('select 8 as n')).rows, value: [{ n: 8 }] },
      'pool.query with a callback': {
        code: ({ pool }) => withCallback(pool as never, 'select 9 as n'),
        value: [{ n: 9 }],
      },
      'pool.connect and release': {
        code: async ({ pool }) => {
          const one = await pool.connect();
          await one.query('select 1');
          one.release();
          const two = await pool.connect();
          const { rows } = await two.query('select 10 as n');
          two.release();
          return [rows, pool.totalCount];
        },
        value: [[{ n: 10 }], 1],
      },
      'pool.connect with a callback': {
        code: ({ pool }) =>
          new Promise((resolve, reject) => {
            pool.connect((error: Error | undefined, client: PoolClient | undefined, release: () => void) => {
              if (client === undefined) return reject(error ?? new Error('no client'));
              client.query('select 11 as n', (failed: Error, result: QueryResult) => {
                release();
                if (failed) reject(failed);
                else resolve(result.rows);
              });
            });
          }),
        value: [{ n: 11 }],
      },
      'connect and end, as code that makes its own client does': {
        code: async ({ client }) => {
          await (client as Client).connect();
          const { rows } = await client.query('select 12 as n');
          await (client as Client).end();
          return rows;
        },
        value: [{ n: 12 }],
      },
      'an error, and going on after it': {
        code: async ({ client }) => {
          const code = await client.query('select 1/0').catch((error: { code: string }) => error.code);
          return [code, (await client.query('select 13 as n')).rows];
        },
        value: ['22012', [{ n: 13 }]],
      },
      'an error for a callback': {
        code: ({ client }) =>
          withCallback(client as never, 'select 1/0').catch((error: { code: string }) => error.code),
        value: '22012',
      },
      'a value that cannot be sent': {
        code: async ({ client }) => {
          const loop: { self?: unknown } = {};
          loop.self = loop;
          const failed = await client.query('select $1', [loop]).catch((error: Error) => error.name);
          return [failed, (await client.query('select 14 as n')).rows];
        },
        value: ['TypeError', [{ n: 14 }]],
      },
      'a query object of its own, and a statement that waits for its end': {
        code: async ({ client }) => {
          const cursor = client.query(new Cursor('select n from generate_series(1, 3) n'));
          const first = await cursor.read(2);
          void cursor.close();
          return [first, (await client.query('select 15 as n')).rows];
        },
        value: [[{ n: 1 }, { n: 2 }], [{ n: 15 }]],
      },
      notices: {
        code: async ({ client }) => {
          const seen: string[] = [];
          client.on('notice', ({ message, severity }) => seen.push(`${severity} ${message}`));
          await client.query(`do $$ begin raise notice 'shown'; raise log 'hidden'; end $$`);
          await client.query(`set client_min_messages = log`);
          await client.query(`do $$ begin raise log 'hidden'; raise warning 'too'; end $$`);
          return seen;
        },
        value: ['NOTICE shown', 'WARNING too'],
      },
    };
    beforeAll(async () => {
      bench = await Bench.open(driver, {
        operations: Object.fromEntries(Object.entries(surfaces).map(([title, { code }]) => [title, code])),
      });
    });
    afterAll(() => bench.close());

    test.each(Object.keys(surfaces))('%s', async (title) => {
      expect(await bench.alone(call(title))).toEqual(surfaces[title]?.value);
      // Nothing of it disturbs the next.
      expect(await bench.alone(sql('select 1 as one'))).toEqual([{ one: 1 }]);
    });
  });

  describe(`steps on ${name}`, () => {
    beforeAll(async () => {
      bench = await Bench.open(driver, { schema: 'create table t (id int primary key)' });
    });
    afterAll(() => bench.close());

    test('SAVEPOINT, RELEASE and SET go along; COMMIT, ROLLBACK and ROLLBACK TO are steps', async () => {
      const texts = ['begin', 'set local work_mem = 100', 'savepoint a', 'select', 'rollback to a', 'release a', 'commit', 'rollback']; // prettier-ignore
      const { history } = await bench.run([[sql(...texts)]]);
      const free = lines(history).flatMap((line) => /^s1 free (.*)/.exec(line)?.[1] ?? []);
      expect(free.filter((text) => text !== 'begin')).toEqual([
        'set local work_mem = 100',
        'savepoint a',
        'release a',
      ]);
      expect(
        history
          .flatMap((event) => (event.kind === 'released' ? event.statement.text : []))
          .filter((text) => text !== 'begin'),
      ).toEqual(['select', 'rollback to a', 'commit', 'rollback']);
    });

    test('autocommitted statements of two sessions have all 6 interleavings of 2 x 2', async () => {
      const executions = await bench.runAll([[sql('select 1', 'select 2')], [sql('select 3', 'select 4')]]);
      expect(executions.length).toBe(6);
    });

    test('a session without operations, and no sessions at all', async () => {
      expect((await bench.run([[], [sql('select')]])).end).toEqual({ kind: 'completed' });
      expect((await bench.run([])).end).toEqual({ kind: 'completed' });
    });
  });
}
