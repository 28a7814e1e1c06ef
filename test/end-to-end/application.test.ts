/** A model's application: started once per database, put back before each execution, ended with the lane. */
import { AsyncResource } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import { replay } from '../../src/check/replay.ts';
import { certify } from '../../src/certify/certify.ts';
import { defineModel, operation } from '../../src/core/define-model.ts';
import type { Environment } from '../../src/core/environment.ts';
import type { Model, ModelDefinition, Session } from '../../src/core/model.ts';
import { largeObjects } from '../../src/core/state.ts';
import { pglite } from '../../src/driver/pglite/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { faultOf } from '../support/fault-of.ts';
import { account, addInPlace, readThenWrite } from '../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

const small = { engine, seed: 1, sessions: 2, maxOperations: 1, numRuns: 4 };

async function withClient<T>(
  config: pg.ClientConfig | string | undefined,
  code: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await code(client);
  } finally {
    await client.end();
  }
}

async function migrate({ config }: Environment): Promise<void> {
  await withClient(config, async (client) => {
    await client.query('create table account (id int generated always as identity, balance int not null)');
    await client.query('insert into account (balance) values (10)');
  });
}

const operations = (deposit: typeof addInPlace): Model['operations'] => ({
  deposit: operation({ run: (session) => deposit(session, 5) }),
});

/** Counts the calls of a model's functions. */
function counted(change: Partial<ModelDefinition> = {}): {
  readonly model: Model;
  readonly calls: Record<'setup' | 'beforeEach' | 'teardown', number>;
  readonly urls: Set<string | undefined>;
} {
  const calls = { setup: 0, beforeEach: 0, teardown: 0 };
  const urls = new Set<string | undefined>();
  const model = defineModel({
    ...account(addInPlace),
    setup: (env: Environment) => {
      calls.setup += 1;
      urls.add(env.DATABASE_URL);
      return { number: calls.setup };
    },
    beforeEach: () => void (calls.beforeEach += 1),
    teardown: () => void (calls.teardown += 1),
    ...change,
  });
  return { model, calls, urls };
}

describe('setup', () => {
  test.each([
    ['lost deposits', readThenWrite, 'violated'],
    ['no lost deposit', addInPlace, 'holds'],
  ] as const)('tables made by its migrations are compared and reset: %s', async (_, deposit, verdict) => {
    const model = defineModel({ name: 'migrated', setup: migrate, operations: operations(deposit) });
    expect(model.schema).toBe('');
    const result = await check(model, small);
    expect(result.verdict).toBe(verdict);
    const { violation } = result.counterexample ?? {};
    if (violation?.kind === 'not-serializable')
      expect(violation.observed.state.tables).toMatchObject({ account: { rows: [['1', '15']] } });
    expect(violation?.kind).toBe(verdict === 'violated' ? 'not-serializable' : undefined);
  });

  test('its rows are part of the state that every execution starts from', async () => {
    const model = defineModel({ name: 'migrated', setup: migrate, operations: operations(addInPlace) });
    const lab = await Lab.open(model, { engine, isolation: 'read committed' });
    try {
      expect(lab.lane.base.tables).toMatchObject({ account: { rows: [['1', '10']] } });
      const start = await lab.start({});
      const scenario = { rows: {}, sessions: [[{ operation: 'deposit', args: [] }]] };
      for (let time = 0; time < 3; time += 1) {
        const { final } = await lab.run(scenario, start, () => 0);
        expect(final.tables).toMatchObject({ account: { rows: [['1', '15']] } });
      }
    } finally {
      await lab.close();
    }
  });

  test('each lane has an application of its own, which ends with it', async () => {
    const { model, calls, urls } = counted();
    await check(model, { ...small, lanes: 2 });
    expect(calls).toMatchObject({ setup: 2, teardown: 2 });
    expect(urls.size).toBe(2);
  });

  test('every operation finds it in the session', async () => {
    const seen = new Set<unknown>();
    const model = defineModel({
      ...account(addInPlace),
      setup: () => Promise.resolve({ step: 5 }),
      operations: {
        deposit: {
          run: async (session: Session<unknown, unknown, { step: number }>) => {
            seen.add(session.app.step);
            await addInPlace(session, session.app.step);
          },
        },
      },
    });
    expect((await check(model, small)).verdict).toBe('holds');
    expect([...seen]).toEqual([5]);
  });

  test('its state counts as shared if `shared` returns it', async () => {
    let starts = 0;
    const model = defineModel({
      ...account(addInPlace),
      setup: () => ({ started: () => (starts += 1) }),
      shared: (app) => app,
      operations: {
        deposit: {
          run: async (session) => {
            session.shared.started();
            await addInPlace(session, 1);
          },
        },
      },
    });
    const { coverage, verdict } = await check(model, { ...small, numRuns: 1 });
    expect(verdict).toBe('holds');
    expect(starts).toBeGreaterThan(0);
    // Two sessions of two steps each: the start, and the statement.
    expect(coverage.schedules).toBe(6);
  });

  test('on PGlite: no address, and a configuration that works', async () => {
    const driver = pglite();
    const urls: (string | undefined)[] = [];
    try {
      const model = defineModel({
        name: 'migrated',
        setup: (env: Environment) => {
          urls.push(env.DATABASE_URL);
          return migrate(env);
        },
        operations: operations(readThenWrite),
      });
      expect((await check(model, { ...small, engine: driver, numRuns: 1, certify: false })).verdict).toBe(
        'violated',
      );
      expect(urls).toEqual([undefined]);
    } finally {
      await driver.close();
    }
  });
});

test('DATABASE_URL reaches the lane with `pg` and with libpq', async () => {
  const names: unknown[] = [];
  const ask = 'select current_database() as name';
  const { model } = counted({
    setup: async ({ DATABASE_URL = '', config, isolation, engine: name }: Environment) => {
      await withClient(DATABASE_URL, async (client) => names.push((await client.query(ask)).rows[0].name));
      names.push(execFileSync('psql', ['-XAt', '-c', ask, DATABASE_URL], { encoding: 'utf8' }).trim());
      names.push(config.database);
      expect(isolation).toBe('serializable');
      expect(name).toMatch(/^postgres \d/);
    },
  });
  await check(model, { ...small, isolation: 'serializable' });
  expect(names).toHaveLength(3);
  expect(new Set(names).size).toBe(1);
  expect(names[0]).toMatch(/^lockstep/);
});

describe('beforeEach', () => {
  /** A shop that reads its price once. */
  class Shop {
    price: number | undefined;

    async sell({ client }: Session): Promise<number> {
      this.price ??= Number((await client.query('select price from goods')).rows[0].price);
      await client.query('insert into sales values ($1)', [this.price]);
      return this.price;
    }
  }
  const shop = (more: Partial<ModelDefinition<unknown, unknown, Shop>>): Model =>
    defineModel<unknown, unknown, Shop>({
      name: 'shop',
      schema: 'create table goods (price int not null); create table sales (price int not null)',
      rows: fc.integer({ min: 1, max: 9 }).map((price) => ({ goods: [{ price }] })),
      setup: () => new Shop(),
      operations: { sell: { run: (session) => session.app.sell(session) } },
      invariants: {
        'sales have the price of the goods': ({ tables }) =>
          tables['sales']?.every(({ price }) => price === tables['goods']?.[0]?.['price']) === true
            ? undefined
            : 'another price',
      },
      ...more,
    });

  test('without it the price of one execution is that of the next: a false alarm', async () => {
    expect((await check(shop({}), { ...small, shrink: false })).verdict).toBe('violated');
  });

  test('with it every execution reads its own price', async () => {
    const beforeEach = (app: Shop): void => void (app.price = undefined);
    expect((await check(shop({ beforeEach }), small)).verdict).toBe('holds');
  });

  test('it runs before every execution, also those of one operation alone, and finds the starting rows', async () => {
    const balances = new Set<unknown>();
    const { model, calls } = counted({
      beforeEach: async (_: unknown, { config }: Environment) => {
        calls.beforeEach += 1;
        await withClient(config, async (client) => {
          for (const { balance } of (await client.query('select balance from account')).rows)
            balances.add(balance);
        });
      },
    });
    const lab = await Lab.open(model, { engine, isolation: 'read committed' });
    try {
      const deposit = { operation: 'deposit', args: [5] };
      const start = await lab.start({ account: [{ id: 1, balance: 10 }] });
      await lab.run(
        { rows: {}, sessions: [[deposit], [deposit]] },
        start,
        ({ runnable }) => runnable[0] ?? 0,
      );
      await lab.alone
        .specification()
        .apply(0, deposit, {})
        .catch(() => {});
      expect(calls.beforeEach).toBe(lab.lane.executions);
      expect([...balances]).toEqual([10]);
    } finally {
      await lab.close();
    }
  });
});

test('a beforeEach that empties or fills tables is a fault of the model', async () => {
  for (const text of ['delete from account', `insert into account values (2, 5)`]) {
    const { model } = counted({
      beforeEach: (_: unknown, { config }: Environment) => withClient(config, (client) => client.query(text)),
    });
    const fault = await faultOf(() => check(model, small));
    expect(fault).toMatchObject({ code: 'rows-changed', kind: 'usage' });
    expect(fault.detail).toBe('after it, account did not hold what the execution was to start from');
  }
});

test('what setup begins without awaiting it is part of the starting state', async () => {
  const { model } = counted({
    schema: '',
    setup: (env: Environment) => void migrate(env),
    operations: operations(readThenWrite),
  });
  const { verdict, counterexample } = await check(model, small);
  expect([verdict, counterexample?.explanation?.anomaly.name]).toEqual(['violated', 'lost update']);
});

test('code of setup that changes tables by itself while operations run is a fault of the model', async () => {
  const text = 'update account set balance = balance + 1';
  type Job = () => Promise<void>;
  const jobs = (started: (job: Job) => Job): Model =>
    defineModel<unknown, unknown, Job>({
      name: 'jobs',
      setup: async (env: Environment) => {
        await migrate(env);
        const pool = new pg.Pool(env.config);
        return started(async () => void (await pool.query(text)));
      },
      operations: {
        deposit: {
          run: async (session) => {
            await session.app();
            await addInPlace(session, 5);
          },
        },
      },
    });
  const ofSetup = jobs((job) => AsyncResource.bind(job));
  expect(await faultOf(() => check(ofSetup, small))).toMatchObject({
    code: 'setup-goes-on',
    kind: 'usage',
    detail: `no function of the model was under way, and no session's code sent it: ${text}`,
  });
  const ofOperations = jobs((job) => job);
  expect((await check(ofOperations, small)).verdict).toBe('holds');
});

test('large objects that setup made, and those that its functions make, are state', async () => {
  const model = defineModel({
    name: 'files',
    setup: ({ config }: Environment) =>
      withClient(config, async (client) => {
        await client.query('create table notes (body text)');
        await client.query(`select lo_from_bytea(0, 'first')`);
        await client.query(`create function keep() returns oid language sql as $$ select lo_create(0) $$`);
      }),
    operations: { keep: operation({ run: ({ client }) => client.query('select keep()') }) },
  });
  const lab = await Lab.open(model, { engine, isolation: 'read committed' });
  try {
    expect(lab.lane.base.tables[largeObjects]?.rows).toHaveLength(1);
    const scenario = { rows: {}, sessions: [[{ operation: 'keep', args: [] }]] };
    const start = await lab.start({});
    for (let time = 0; time < 2; time += 1)
      expect((await lab.run(scenario, start, () => 0)).final.tables[largeObjects]?.rows).toHaveLength(2);
  } finally {
    await lab.close();
  }
});

describe('teardown', () => {
  test('runs once when the check holds, when it fails, and when an operation is at fault', async () => {
    const faulty = { deposit: { run: () => Promise.reject(new TypeError('no')) } };
    const failing = { deposit: account(readThenWrite).operations['deposit']! };
    const cases = [
      [{}, (model: Model) => check(model, small)],
      [{ operations: failing }, (model: Model) => check(model, small)],
      [{ operations: faulty }, (model: Model) => faultOf(() => check(model, small))],
    ] as const;
    for (const [change, run] of cases) {
      const { model, calls } = counted(change);
      await run(model);
      expect(calls).toMatchObject({ setup: 1, teardown: 1 });
    }
  });

  test('runs when the check is interrupted', async () => {
    const interruption = new AbortController();
    const { model, calls } = counted();
    const result = await check(model, {
      ...small,
      numRuns: 10_000,
      signal: interruption.signal,
      onProgress: () => interruption.abort(),
    });
    expect(result.verdict).not.toBe('violated');
    expect(calls).toMatchObject({ setup: 1, teardown: 1 });
  });

  test('runs after a replay and after a certificate', async () => {
    const failing = { deposit: account(readThenWrite).operations['deposit']! };
    const { model, calls } = counted({ operations: failing });
    const { counterexample } = await check(model, small);
    await replay(model, counterexample?.replay ?? '', { engine });
    expect(calls).toMatchObject({ setup: 2, teardown: 2 });
    const mended = counted();
    const source = new URL(import.meta.url);
    await certify(mended.model, { engine, source, sessions: 2, operations: 1, values: 1 });
    expect(mended.calls).toMatchObject({ setup: 1, teardown: 1 });
  });

  test('that throws is a fault of the model, and the first of two faults is reported', async () => {
    const boom = (): never => {
      throw new RangeError('too late');
    };
    const late = await faultOf(() => check(counted({ teardown: boom }).model, small));
    expect(late).toMatchObject({
      code: 'callback-fails',
      message: '`teardown` of account throws RangeError',
    });
    const first = await faultOf(() =>
      check(counted({ teardown: boom, invariants: { fine: boom } }).model, small),
    );
    expect(first.message).toBe('invariant "fine" of account throws RangeError');
  });
});

describe('a function that fails', () => {
  const never = (): Promise<never> => new Promise(() => {});
  const boom = (): Promise<never> => Promise.reject(new Error('port in use'));
  const limits = { setupTimeoutMs: 200 };

  test.each(['setup', 'beforeEach', 'teardown'] as const)('%s that rejects', async (name) => {
    const fault = await faultOf(() => check(counted({ [name]: boom }).model, small));
    expect(fault).toMatchObject({
      code: 'callback-fails',
      kind: 'usage',
      message: `\`${name}\` of account throws Error`,
      detail: 'port in use',
      cause: { message: 'port in use' },
    });
  });

  test.each(['setup', 'beforeEach', 'teardown'] as const)('%s that never ends', async (name) => {
    const fault = await faultOf(() => check(counted({ [name]: never }).model, { ...small, limits }));
    expect(fault).toMatchObject({
      code: 'callback-endless',
      kind: 'usage',
      message: `\`${name}\` of account does not end`,
      detail: 'it was still running after 200 ms (setupTimeoutMs)',
    });
  });

  test('after a setup that failed there is no teardown; after a beforeEach that failed there is one', async () => {
    const first = counted({ setup: boom });
    await faultOf(() => check(first.model, small));
    expect(first.calls.teardown).toBe(0);
    const second = counted({ beforeEach: boom });
    await faultOf(() => check(second.model, small));
    expect(second.calls.teardown).toBe(1);
  });

  test('if the database cannot be used after setup there is a teardown', async () => {
    const close = 'update pg_database set datallowconn = false where datname = current_database()';
    const { model, calls } = counted({
      setup: ({ config }: Environment) => withClient(config, (client) => client.query(close)),
    });
    await faultOf(() => check(model, small));
    expect(calls).toMatchObject({ beforeEach: 0, teardown: 1 });
  });
});

test('no database is left on the server', async () => {
  const beside = await engine.open();
  const names = await withClient(beside.clientConfig({ kind: 'admin' }), async (client) => {
    const { rows } = await client.query(`select datname from pg_database where datname ~ 'lockstep'`);
    return rows;
  });
  await beside.drop();
  expect(names).toHaveLength(1);
});
