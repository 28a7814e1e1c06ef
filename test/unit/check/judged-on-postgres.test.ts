/** What the oracle accepts and rejects, with real code on real Postgres: generated values, errors, memory, orders. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import type { Model, Session } from '../../../src/core/model.ts';
import type { CheckResult } from '../../../src/core/result.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import type { Violation } from '../../../src/core/verdict.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { notSerializableTexts } from '../../../src/report/serial-text.ts';
import { call } from '../../support/bench.ts';
import { account, addInPlace, modelOf, readThenWrite } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

const run = (model: Model, options: Partial<CheckOptions> = {}): Promise<CheckResult> =>
  check(model, { engine, seed: 3, numRuns: 4, sessions: 2, maxOperations: 2, shrink: false, ...options });
const verdictOf = async (model: Model, options: Partial<CheckOptions> = {}): Promise<string> => {
  const { verdict, inconclusive } = await run(model, options);
  return inconclusive === undefined ? verdict : `${verdict}: ${JSON.stringify(inconclusive)}`;
};
const violationOf = async (
  model: Model,
  options: Partial<CheckOptions> = {},
): Promise<Violation | undefined> => (await run(model, options)).counterexample?.violation;

type Code = (session: Session<any, any>) => Promise<unknown>;
const insertReturning =
  (table: string): Code =>
  async ({ client }) =>
    (await client.query(`insert into ${table} default values returning *`)).rows;

describe('generated values are the same up to renaming', () => {
  test.each([
    ['identity', 'id int generated always as identity, name text'],
    ['serial', 'id serial primary key'],
    ['uuid default', 'id uuid default gen_random_uuid()'],
    ['clock default', 'id serial, at timestamptz default now()'],
    ['clock_timestamp default', 'at timestamptz default clock_timestamp()'],
    ['random text default', `id text default md5(random()::text)`],
    ['a date in text', `id serial, at text default to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')`],
  ])('%s', async (_, columns) => {
    expect(await verdictOf(modelOf(`create table t (${columns})`, { add: insertReturning('t') }))).toBe(
      'holds',
    );
  });

  test('and their references', async () => {
    const add: Code = async ({ client }) => {
      const parent = (await client.query('insert into parent default values returning id')).rows[0]
        .id as number;
      await client.query('insert into child (parent) values ($1)', [parent]);
      return { parent, byId: { [parent]: 1 } };
    };
    const schema = `create table parent (id serial primary key);
      create table child (id serial primary key, parent int not null references parent)`;
    expect(await verdictOf(modelOf(schema, { add }))).toBe('holds');
  });

  test('but a row that stands for another is found', async () => {
    const add: Code = async ({ client }) => {
      await client.query('insert into t default values');
      return (await client.query('select max(id) as id, count(*)::int as n from t')).rows;
    };
    // Alone, each sees its own row; together, one may see the other's.
    expect(await verdictOf(modelOf('create table t (id serial primary key)', { add }))).toBe('violated');
  });

  test('columns that the model declares generated', async () => {
    const pin: Code = async ({ client }) => {
      await client.query('insert into t values (floor(random() * 1e6)::int::text)');
    };
    const declared = modelOf('create table t (pin text)', { pin }, { generated: { t: ['pin'] } });
    expect(await verdictOf(declared)).toBe('holds');
    // A number of six digits may as well be a count that the code keeps somewhere.
    expect(await verdictOf(modelOf('create table t (pin text)', { pin }))).toMatch('inconclusive');
  });

  test('random words, without a declaration', async () => {
    const token: Code = async ({ client }) => {
      await client.query('insert into t values (md5(random()::text))');
    };
    expect(await verdictOf(modelOf('create table t (token text)', { token }))).toBe('holds');
  });
});

describe('errors are outcomes', () => {
  const schema = 'create table t (name text primary key)';
  const look: Code = async ({ client }) => (await client.query('select from t')).rowCount;
  test('an error that no serial order gives', async () => {
    const checked: Code = async (session) => {
      if ((await look(session)) === 0) await session.client.query(`insert into t values ('a')`);
    };
    const { counterexample } = await run(modelOf(schema, { checked }));
    const violation = counterexample?.violation;
    expect(violation?.kind).toBe('not-serializable');
    if (violation?.kind !== 'not-serializable') return;
    expect(violation.observed.answers.flat()).toContainEqual(
      expect.objectContaining({ kind: 'failed', sqlstate: '23505', constraint: 't_pkey' }),
    );
    const [text] = notSerializableTexts(violation, counterexample?.scenario as Scenario, 'session');
    expect(text).toMatch(/failed with error 23505 \(t_pkey\); in every serial order it returns nothing$/);
  });

  test('an error that every serial order gives to one of them', async () => {
    const plain: Code = ({ client }) => client.query(`insert into t values ('a')`);
    expect(await verdictOf(modelOf(schema, { plain }))).toBe('holds');
  });

  test('errors of the application, by name and message', async () => {
    class Taken extends Error {
      override readonly name = 'Taken';
    }
    const mapped: Code = async ({ client }) => {
      await client.query(`insert into t values ('a')`).catch(() => {
        throw new Taken('a is taken');
      });
    };
    expect(await verdictOf(modelOf(schema, { mapped }))).toBe('holds');
  });
});

describe('aborts', () => {
  const transfer: Code = async ({ client }) => {
    try {
      await client.query('begin');
      await client.query('update account set balance = balance + 1 where id = 1');
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  };
  const schema = 'create table account (id int primary key, balance int); insert into account values (1, 0)';
  const options = { isolation: 'repeatable read', maxOperations: 1 } as const;

  test('without effect are fine; the model may forbid them', async () => {
    expect(await verdictOf(modelOf(schema, { transfer }), options)).toBe('holds');
    expect(await violationOf(modelOf(schema, { transfer }, { allowAborts: false }), options)).toMatchObject({
      kind: 'abort',
      sqlstate: '40001',
    });
  });

  test('with an effect are violations', async () => {
    const logged: Code = async (session) => {
      await session.client.query('insert into log default values');
      await transfer(session);
    };
    expect(await verdictOf(modelOf(`${schema}; create table log (id serial)`, { logged }), options)).toBe(
      'violated',
    );
  });
});

describe('session memory', () => {
  const etag = (declared: boolean): Model =>
    modelOf(
      'create table doc (version int); insert into doc values (0)',
      {
        get: async ({ client, memory }) => {
          memory.etag = (await client.query('select version from doc')).rows[0].version;
          return memory.etag;
        },
        put: async ({ client, memory }) => {
          if (memory.etag === null) return 428;
          const { rowCount } = await client.query('update doc set version = version + 1 where version = $1', [
            memory.etag,
          ]);
          return rowCount === 1 ? 200 : 412;
        },
      },
      {
        memory: () => ({ etag: null }),
        ...(declared ? { refusal: (answer) => answer.kind === 'returned' && answer.value === 412 } : {}),
      },
    );
  test('carries an ETag from one operation to the next', async () => {
    expect(await verdictOf(etag(true))).toBe('holds');
    expect(await verdictOf(etag(false))).toBe('holds');
  });
});

describe('orders', () => {
  // A reader that answers from what the session read first: stale once another session has written.
  const cached = modelOf(
    'create table t (x int); insert into t values (0)',
    {
      read: async ({ client, memory }) => {
        memory.x ??= (await client.query('select x from t')).rows[0].x;
        return memory.x;
      },
      write: ({ client }) => client.query('update t set x = x + 1').then(() => 'written'),
    },
    { memory: () => ({}) },
  );
  const examples = [{ rows: {}, sessions: [[call('read'), call('read')], [call('write')]] }];
  test('a read of another session’s past is fine in session order', async () => {
    // The memory belongs to the specification, too: run alone after its first read, the session answers the same.
    expect(await verdictOf(cached, { examples, numRuns: 1 })).toBe('holds');
  });

  test('a write that is seen late breaks real time, and nothing else', async () => {
    // The write is put off: applied by whoever writes next, so that a reader after it does not see it.
    const late = modelOf(
      'create table t (x int); insert into t values (0); create table queue (x int)',
      {
        write: async ({ client, memory }) => {
          memory.queue = 1;
          await client.query('select');
        },
        flush: async ({ client, memory }) => {
          if (memory.queue === 1) await client.query('update t set x = 1');
          return 'flushed';
        },
        read: async ({ client }) => (await client.query('select x from t')).rows[0].x as number,
      },
      { memory: () => ({}) },
    );
    const scenario = [{ rows: {}, sessions: [[call('write'), call('flush')], [call('read')]] }];
    for (const order of ['free', 'session', 'real-time'] as const) {
      expect(await verdictOf(late, { examples: scenario, numRuns: 1, order })).toBe('holds');
    }
  });
});

describe('further oracles', () => {
  const specification = (offset: number) => ({
    init: (rows: Readonly<Record<string, readonly { readonly balance?: unknown }[]>>) =>
      Number(rows['account']?.[0]?.balance),
    apply: (state: number, { args }: { readonly args: readonly unknown[] }) => ({
      state: state + Number(args[0]) + offset,
      value: undefined,
    }),
  });
  const balance: Code = async ({ client }) =>
    (await client.query('select balance from account')).rows[0].balance;

  test('a sequential specification that agrees with the code, and one that does not', async () => {
    const model = (offset: number): Model => {
      const base = account(addInPlace);
      const { apply, init } = specification(offset);
      return {
        ...base,
        operations: { ...base.operations, balance: { run: balance } },
        specification: {
          init,
          apply: (state: number, each, memory) =>
            each.operation === 'balance' ? { state, value: state } : { ...apply(state, each), memory },
        },
      };
    };
    expect(await verdictOf(model(0), { numRuns: 8 })).toBe('holds');
    expect(await violationOf(model(1), { numRuns: 8 })).toMatchObject({ kind: 'specification' });
  });

  test('an invariant over final tables', async () => {
    const even = { even: () => undefined };
    expect(await verdictOf(account(addInPlace, { invariants: even }))).toBe('holds');
    const never = { never: ({ tables }: { tables: object }) => `tables: ${Object.keys(tables).join()}` };
    expect(await violationOf(account(addInPlace, { invariants: never }))).toMatchObject({
      kind: 'invariant',
      name: 'never',
      complaint: 'tables: account',
    });
  });
});

describe('each level permits and prevents', () => {
  const around =
    (body: (session: Session, amount: number) => Promise<unknown>) =>
    async (session: Session, amount: number) => {
      await session.client.query('begin');
      try {
        const value = await body(session, amount);
        await session.client.query('commit');
        return value;
      } catch (error) {
        await session.client.query('rollback');
        throw error;
      }
    };
  const skewed = modelOf(
    'create table duty (doctor int primary key, on_call boolean); insert into duty values (1, true), (2, true)',
    Object.fromEntries(
      [1, 2].map((doctor) => [
        `leave_${doctor}`,
        (session: Session) =>
          around(async ({ client }) => {
            const { rows } = await client.query('select count(*)::int as n from duty where on_call');
            if (rows[0].n < 2) return 'stays';
            await client.query('update duty set on_call = false where doctor = $1', [doctor]);
            return 'leaves';
          })(session, 0),
      ]),
    ),
  );
  const lost = account(around(readThenWrite));
  const readTwice = account(around(addInPlace), {
    operations: {
      deposit: { arguments: [fc.constant(1)], run: around(addInPlace) },
      twice: {
        run: (session: Session) =>
          around(async ({ client }) => {
            const read = async () =>
              (await client.query('select balance from account')).rows[0].balance as number;
            return [await read(), await read()];
          })(session, 0),
      },
    },
  });
  const phantom = modelOf('create table t (id serial)', {
    add: (session) =>
      around(({ client }) => client.query('insert into t default values').then(() => 1))(session, 0),
    twice: (session) =>
      around(async ({ client }) => {
        const count = async () => (await client.query('select from t')).rowCount;
        return [await count(), await count()];
      })(session, 0),
  });

  test.each([
    ['lost update', lost, ['violated', 'holds', 'holds']],
    ['non-repeatable read', readTwice, ['violated', 'holds', 'holds']],
    ['phantom', phantom, ['violated', 'holds', 'holds']],
    ['write skew', skewed, ['violated', 'violated', 'holds']],
  ] as const)('%s', async (_, model, expected) => {
    const found: string[] = [];
    for (const isolation of ['read committed', 'repeatable read', 'serializable'] as const) {
      found.push(await verdictOf(model, { isolation, numRuns: 6, maxOperations: 1 }));
    }
    expect(found).toEqual(expected);
  });
});
