/** What operations create, alter and drop is state: it is put back, compared and shown. In pairs. */
import { afterAll, describe, expect, test } from 'vitest';
import {
  check,
  defineModel,
  formatResult,
  operation,
  type CheckResult,
  type Session,
} from '../../src/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { faultOf } from '../support/fault-of.ts';
import { bank } from '../support/honest-bank.ts';

const engine = postgres();
afterAll(() => engine.close());

type Run = (session: Session, key: string) => Promise<unknown>;

/** Each operation once, in a session of its own. */
function race(
  run: Record<string, Run>,
  calls: readonly (readonly [string, ...string[]])[],
  { schema = 'select 1', of = engine as Parameters<typeof check>[1]['engine'] } = {},
): Promise<CheckResult> {
  const model = defineModel({
    name: 'migrator',
    schema,
    operations: Object.fromEntries(
      Object.entries(run).map(([name, each]) => [name, operation({ run: each })]),
    ),
  });
  const sessions = calls.map(([name, ...args]) => [{ operation: name, args }]);
  const options = { engine: of, sessions: sessions.length, maxOperations: 1, numRuns: 1, maxSchedules: 300 };
  return check(model, { ...options, examples: [{ rows: {}, sessions }] });
}

const exists = `select to_regclass('kv') is not null as there`;

async function migrate({ client }: Session): Promise<string> {
  const { rows } = await client.query<{ there: boolean }>(exists);
  if (rows[0]?.there === true) return 'was there';
  await client.query('create table kv (key text primary key, n int not null)');
  return 'made';
}

async function locked(session: Session, work: Run): Promise<unknown> {
  await session.client.query('begin');
  await session.client.query('select pg_advisory_xact_lock(7)');
  const result = await work(session, '');
  await session.client.query('commit');
  return result;
}

describe('a migrator', () => {
  test('that looks whether its table is there, and then makes it: a violation', async () => {
    const result = await race({ migrate }, [['migrate'], ['migrate']]);
    expect(result.verdict).toBe('violated');
    expect(formatResult(result)).toContain('42P07');
  });

  test('that takes a lock first: it holds, and every schedule was run', async () => {
    const result = await race({ migrate: (session) => locked(session, migrate) }, [['migrate'], ['migrate']]);
    expect(result.verdict).toBe('holds');
    expect(result.coverage.exhaustive).toBe(1);
  });

  test('that relies on IF NOT EXISTS in a transaction: Postgres itself lets both try', async () => {
    const make: Run = async ({ client }) => {
      await client.query('begin');
      await client.query('create table if not exists kv (key text primary key)');
      await client.query('commit');
    };
    const result = await race({ make }, [['make'], ['make']]);
    expect(result.verdict).toBe('violated');
    expect(formatResult(result)).toContain('23505');
  });
});

describe('a key-value store that makes its own table', () => {
  const table = 'create table if not exists kv (key text primary key, n int not null)';
  const store =
    (lost: boolean): Run =>
    async ({ client }, key) => {
      await client.query(table);
      if (!lost) {
        const upsert = 'insert into kv values ($1, 1) on conflict (key) do update set n = kv.n + 1';
        return void (await client.query(upsert, [key]));
      }
      const { rows } = await client.query<{ n: number }>('select n from kv where key = $1', [key]);
      const set = 'insert into kv values ($1, $2) on conflict (key) do update set n = $2';
      await client.query(set, [key, (rows[0]?.n ?? 0) + 1]);
    };

  test.each([
    [true, 'violated'],
    [false, 'holds'],
  ] as const)('reads, then writes: %s', async (lost, verdict) => {
    const result = await race({ add: store(lost) }, [
      ['add', 'a'],
      ['add', 'a'],
    ]);
    expect(result.verdict).toBe(verdict);
    if (lost)
      expect(formatResult(result)).toMatch(/table kv holds \(a, 1\).*every serial order leaves \(a, 2\)/s);
    else expect(result.coverage.exhaustive).toBe(1);
  });

  test('an operation that begins where another one has made the table', async () => {
    const get: Run = async ({ client }) => {
      const { rows } = await client.query<{ there: boolean }>(exists);
      return rows[0]?.there === true ? (await client.query('select count(*) from kv')).rows : 'no table';
    };
    const add: Run = (session, key) => locked(session, (within) => store(false)(within, key));
    const result = await race({ add, get: (session) => locked(session, get) }, [
      ['add', 'a'],
      ['get'],
      ['add', 'b'],
    ]);
    expect(result.verdict).toBe('holds');
  });
});

describe('what differs only in the schema is a difference', () => {
  const index =
    (careful: boolean): Run =>
    async (session, column) => {
      const work: Run = async ({ client }) => {
        const { rows } = await client.query(`select from pg_indexes where tablename = 'account'`);
        if (rows.length === 0) await client.query(`create index by_${column} on account (${column})`);
      };
      await (careful ? locked(session, work) : work(session, column));
    };
  const schema = 'create table account (a int, b int)';
  const both = [
    ['index', 'a'],
    ['index', 'b'],
  ] as const;

  test('an index too many: a violation that names it', async () => {
    const result = await race({ index: index(false) }, both, { schema });
    expect(result.verdict).toBe('violated');
    expect(formatResult(result).replaceAll(/\s+/g, ' ')).toMatch(/index by_[ab]: present; in .*: absent/);
  });

  test('made under a lock: it holds', async () => {
    expect((await race({ index: index(true) }, both, { schema })).verdict).toBe('holds');
  });
});

test.each([
  ['and made again, in two statements', false, 'violated'],
  ['and made again, in one transaction under a lock', true, 'holds'],
] as const)('a table of the model is dropped %s', async (_, careful, verdict) => {
  const work: Run = async ({ client }) => {
    await client.query('drop table if exists cache');
    await client.query('create table cache (n int)');
    await client.query('insert into cache values (1)');
  };
  const refresh: Run = (session, key) => (careful ? locked(session, work) : work(session, key));
  const schema = 'create table cache (n int); insert into cache values (1)';
  const result = await race({ refresh }, [['refresh'], ['refresh']], { schema });
  expect(result.verdict).toBe(verdict);
});

test.each([
  [true, 'violated'],
  [false, 'holds'],
] as const)(
  'work on temporary tables conflicts with nobody; a stale copy (%s): %s',
  async (stale, verdict) => {
    const add: Run = async ({ client }) => {
      await client.query('create temporary table seen (n int)');
      await client.query('insert into seen select n from counter where id = 1');
      const n = stale ? '(select n from seen)' : 'n';
      await client.query(`update counter set n = ${n} + 1 where id = 1`);
      await client.query('drop table seen');
    };
    const other: Run = async ({ client }) => {
      await client.query('create temporary table seen as select n from counter where id = 2');
      const { rows } = await client.query('select n from seen');
      await client.query('drop table seen');
      return rows;
    };
    const schema =
      'create table counter (id int primary key, n int); insert into counter values (1, 0), (2, 0)';
    const result = await race(stale ? { add } : { add, other }, [['add'], [stale ? 'add' : 'other']], {
      schema,
    });
    expect(result.verdict).toBe(verdict);
    if (!stale) expect(result.coverage).toMatchObject({ exhaustive: 1, schedules: 1 });
  },
);

const one = { operation: 'deposit', args: [] };

function run(...texts: readonly string[]): Promise<CheckResult> {
  const model = bank(async ({ client }: Session) => {
    for (const text of texts) await client.query(text);
    await client.query('update account set balance = balance + 1');
  });
  const hidden = `create function hidden() returns void language plpgsql as $$
    begin create table if not exists made (n int); end $$;`;
  const options = { engine, sessions: 2, maxOperations: 1, numRuns: 1, maxSchedules: 50 };
  return check(
    { ...model, schema: `${model.schema}; ${hidden} create type mood as enum ('good')` },
    { ...options, examples: [{ rows: {}, sessions: [[one], [one]] }] },
  );
}

describe('is put back, so that every execution begins in the same schema', () => {
  test.each([
    ['a table', 'create table if not exists made (n int)'],
    ['a table from rows', 'create table made as select 1 as n'],
    ['rows into a table', 'select 1 as n into made'],
    ['a column', 'alter table account add column if not exists note text'],
    ['an index', 'create index if not exists by_balance on account (balance)'],
    ['a constraint', 'alter table account add check (balance > 0)'],
    ['a function', 'create or replace function hidden() returns void language sql as $$ select $$'],
    ['a value of a type', `alter type mood add value if not exists 'bad'`],
    ['a schema', 'create schema if not exists app'],
    ['a view', 'create or replace view rich as select * from account where balance > 100'],
    ['a comment', `comment on table account is 'version 2'`],
    ['a table that a function makes', 'select hidden()'],
    [
      'generated values in a new table',
      'create table if not exists made (id serial, at timestamptz default now(), u uuid default gen_random_uuid());' +
        'insert into made default values',
    ],
  ])('%s', async (_, text) => {
    const result = await run(text);
    expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
  });
});

test.each([
  ['an extension', 'create extension if not exists pg_trgm', 'it changes the extension pg_trgm'],
  ['a role', 'create role lockstep_made', 'its statement: create role lockstep_made'],
])('%s is not put back: a fault that names the operation', async (_, text, detail) => {
  const fault = await faultOf(() => run(text));
  expect(fault).toMatchObject({ code: 'schema-changed', kind: 'usage', detail });
  expect(fault.message).toBe('operation deposit makes a change that is not put back between runs');
});

describe('is not seen if the schema stays as it is', () => {
  test.each([
    ['a temporary table', 'create temporary table if not exists made (n int)'],
    ['truncating', 'truncate account'],
    ['analysing', 'analyze account'],
    ['making and rolling back', 'do $$ begin create table made (n int); drop table made; end $$'],
  ])('%s', async (_, text) => {
    expect((await run(text)).verdict).toBe('holds');
  });
});
