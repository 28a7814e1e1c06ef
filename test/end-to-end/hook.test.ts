/**
 * Code that makes its own connections, unmodified: it names a server that does not exist, and runs under the scheduler.
 */
import fc from 'fast-check';
import pg from 'pg';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { check, defineModel, operation, replay, type CheckResult, type Model } from '../../src/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import { pglite } from '../../src/driver/pglite/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { twentyRuns } from '../support/twenty-runs.ts';

const connectionString = 'postgres://app:secret@db.example.invalid:5432/app';
const engine = postgres();
const pool = new pg.Pool({ connectionString });
const onlyOne = new pg.Pool({ connectionString, max: 1 });
const encrypted = new pg.Pool({ connectionString, ssl: true });
afterAll(async () => {
  await Promise.all([pool.end(), onlyOne.end(), encrypted.end()]);
  await engine.close();
});

const schema =
  'create table account (id int primary key, balance int not null); insert into account values (1, 100)';
const read = 'select balance from account where id = $1';
const write = 'update account set balance = $1 where id = $2';

type Run = (amount: number) => Promise<unknown>;

function bank(run: Run, more: Partial<Model> = {}): Model {
  const deposit = operation({
    arguments: [fc.integer({ min: 1, max: 9 })],
    run: (_session, amount) => run(amount),
  });
  return defineModel({ name: 'bank', schema, operations: { deposit }, ...more });
}

const two = { rows: {}, sessions: [1, 2].map((n) => [{ operation: 'deposit', args: [n] }]) };

function checked(model: Model, options: object = {}): Promise<CheckResult> {
  return check(model, {
    engine,
    numRuns: 1,
    examples: [two],
    sessions: 2,
    maxOperations: 2,
    shrink: false,
    ...options,
  });
}

function scheduleIn(result: CheckResult): unknown {
  return result.counterexample?.schedule;
}

async function expectRace(model: Model): Promise<CheckResult> {
  const found = await checked(model);
  expect([found.verdict, found.inconclusive]).toEqual(['violated', undefined]);
  expect(found.counterexample?.violation.kind).toBe('not-serializable');
  return found;
}

async function expectHolds(model: Model, options: object = {}): Promise<CheckResult> {
  const held = await checked(model, options);
  expect([held.verdict, held.inconclusive, held.coverage.exhaustive]).toEqual(['holds', undefined, 1]);
  return held;
}

async function transaction<T>(on: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await on.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } finally {
    client.release();
  }
}

const lost =
  (on: Pick<pg.Pool, 'query'>): Run =>
  async (amount) => {
    const { rows } = await on.query<{ balance: number }>(read, [1]);
    await on.query(write, [(rows[0]?.balance ?? 0) + amount, 1]);
  };
const locked =
  (on: pg.Pool): Run =>
  (amount) =>
    transaction(on, async (client) => {
      const { rows } = await client.query<{ balance: number }>(`${read} for update`, [1]);
      await client.query(write, [(rows[0]?.balance ?? 0) + amount, 1]);
    });

describe('a pool of the module', () => {
  test('its race is found with the schedule that the session’s client shows, and replays 20 times of 20', async () => {
    const model = bank(lost(pool));
    const found = await expectRace(model);
    const byClient = await expectRace(
      bank(lost(pool), {
        operations: {
          deposit: operation<[number]>({ run: ({ client }, amount) => lost(client)(amount) }),
        },
      }),
    );
    expect(scheduleIn(found)).toEqual(scheduleIn(byClient));
    const again = await replay(model, found.counterexample?.replay ?? '', { engine, times: twentyRuns });
    expect(again.exploration.inconclusive).toBe(undefined);
    expect(again.counterexample?.history).toEqual(found.counterexample?.history);
    // The statements are the same, so the line of one is good for the other.
    const carried = await replay(model, byClient.counterexample?.replay ?? '', { engine });
    expect(carried.counterexample?.violation.kind).toBe('not-serializable');
  });

  test('with the row locked it holds', async () => {
    const held = await expectHolds(bank(locked(pool)));
    expect(held.coverage.schedules).toBeGreaterThan(1);
  });

  test('it asks for TLS', async () => {
    await expectRace(bank(lost(encrypted)));
    await expectHolds(bank(locked(encrypted)));
  });

  test('with one connection, code that needs two at once is stuck as soon as two overlap', async () => {
    const nested: Run = (amount) => transaction(onlyOne, () => onlyOne.query(write, [amount, 1]));
    const found = await checked(bank(nested));
    expect(found.verdict).not.toBe('holds');
    const flat: Run = (amount) =>
      transaction(onlyOne, (client) => client.query('update account set balance = balance + $1', [amount]));
    await expectHolds(bank(flat));
  });

  test('a queue in the process that runs a task in the context of the one before it', async () => {
    // As in `p-queue`, and in most that are written by hand.
    const queueOf = (most: number): ((task: () => Promise<unknown>) => Promise<unknown>) => {
      const tasks: (() => Promise<void>)[] = [];
      let running = 0;
      const next = (): void => {
        if (running === most) return;
        running += tasks.length > 0 ? 1 : 0;
        void tasks
          .shift()?.()
          .finally(() => {
            running -= 1;
            next();
          });
      };
      return (task) =>
        new Promise((resolve, reject) => {
          tasks.push(() => task().then(resolve, reject));
          next();
        });
    };
    const [oneByOne, twoAtOnce] = [queueOf(1), queueOf(2)];
    await expectHolds(bank((amount) => oneByOne(() => lost(pool)(amount))));
    const slow: Run = async (amount) => {
      await setTimeout(2);
      await lost(pool)(amount);
    };
    await expectHolds(bank((amount) => oneByOne(() => slow(amount))));
    // While the second session's task sleeps in the context of the first, the third one waits.
    const mixed: Run = (amount) => (amount < 3 ? oneByOne(() => slow(amount)) : lost(pool)(amount));
    const lab = await Lab.open(bank(mixed), { engine, isolation: 'read committed' });
    const sessions = [...two.sessions, [{ operation: 'deposit', args: [3] }]];
    const trial = await Trial.on(lab, { rows: {}, sessions });
    const { history } = await trial.run(({ step, runnable }) => (step === 1 ? 1 : (runnable[0] ?? 0)));
    await lab.close();
    const sent = history.filter(({ kind }) => kind === 'released').map(({ session }) => session);
    expect(sent).toEqual([0, 0, 1, 1, 2, 2]);
    await expectRace(bank((amount) => twoAtOnce(() => lost(pool)(amount))));
    const forgetful: Run = async (amount) => {
      await oneByOne(() => lost(pool)(amount));
      void pool.query('update account set balance = balance + 1');
    };
    expect((await checked(bank(forgetful))).counterexample?.violation.kind).toBe('unawaited');
  });

  test('a deadline for connections, far away, hides neither a race nor that all wait for ever', async () => {
    const patient = (max: number): pg.Pool =>
      new pg.Pool({ connectionString, max, connectionTimeoutMillis: 20_000 });
    const [one, both] = [patient(1), patient(2)];
    await expectRace(bank(lost(one)));
    const nested: Run = () => transaction(both, () => both.query(read, [1]));
    const stuck = await checked(bank(nested));
    expect([stuck.verdict, stuck.counterexample?.violation.kind]).toEqual(['violated', 'stuck']);
    await expectHolds(bank((amount) => both.query('update account set balance = balance + $1', [amount])));
    await Promise.all([one.end(), both.end()]);
  });

  test('a setting that one session leaves on a connection is seen by the next', async () => {
    const leaks =
      (local: string): Run =>
      async () => {
        const client = await onlyOne.connect();
        try {
          const before = await client.query(
            `select coalesce(current_setting('app.tenant', true), '') as tenant`,
          );
          await client.query('begin');
          await client.query(`select set_config('app.tenant', 'a', ${local})`);
          await client.query('commit');
          return before.rows;
        } finally {
          client.release();
        }
      };
    const operations = (run: Run) => ({
      operations: {
        named: operation({ run: () => run(0) }),
        other: operation({
          run: async () => {
            const { rows } = await onlyOne.query(
              `select coalesce(current_setting('app.tenant', true), '') as tenant`,
            );
            return rows;
          },
        }),
      },
    });
    // Serially, too, the next session finds it: that is how the code works with one connection.
    for (const local of ['true', 'false'])
      await expectHolds(bank(lost(pool), operations(leaks(local))), {
        examples: [
          { rows: {}, sessions: [[{ operation: 'named', args: [] }], [{ operation: 'other', args: [] }]] },
        ],
      });
  });
});

describe('clients', () => {
  test('one for each call', async () => {
    const own =
      (run: (client: pg.Client, amount: number) => Promise<unknown>): Run =>
      async (amount) => {
        const client = new pg.Client({ connectionString });
        await client.connect();
        try {
          return await run(client, amount);
        } finally {
          await client.end();
        }
      };
    await expectRace(bank(own((client, amount) => lost(client)(amount))));
    await expectHolds(
      bank(own((client, amount) => client.query('update account set balance = balance + $1', [amount]))),
    );
  });

  test('one that ends with its transaction open holds no lock', async () => {
    const careless: Run = async (amount) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      await client.query('begin');
      await client.query(`${read} for update`, [1]);
      await client.end();
      await lost(pool)(amount);
    };
    await expectRace(bank(careless));
  });

  test('one that all sessions share: each statement is the session’s whose code sent it', async () => {
    let shared: pg.Client | undefined;
    const client = (): pg.Client => {
      if (shared === undefined) {
        shared = new pg.Client({ connectionString });
        void shared.connect();
      }
      return shared;
    };
    const found = await expectRace(bank((amount) => lost(client())(amount)));
    const sent = found.counterexample?.history.filter((event) => event.kind === 'released') ?? [];
    expect(sent.map(({ session }) => session).toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1]);
    await expectHolds(
      bank((amount) => client().query('update account set balance = balance + $1', [amount])),
    );
  });

  test('prepared statements with names outlive an execution', async () => {
    const named =
      (text: string): Run =>
      async (amount) => {
        const { rows } = await pool.query({ name: 'read', text: read, values: [1] });
        await pool.query({ name: `write ${text}`, text, values: [Number(rows[0].balance) + amount, 1] });
      };
    await expectRace(bank(named(write)));
  });

  test('callbacks', async () => {
    const query = (text: string, values: unknown[]): Promise<pg.QueryResult> =>
      new Promise((resolve, reject) => {
        onlyOne.query(text, values, (error: Error | undefined, result: pg.QueryResult) =>
          error ? reject(error) : resolve(result),
        );
      });
    await expectRace(bank(lost({ query } as unknown as pg.Pool)));
  });
});

test('on PGlite', async () => {
  const other = pglite();
  try {
    const found = await checked(bank(lost(pool)), { engine: other });
    expect([found.verdict, found.inconclusive]).toEqual(['violated', undefined]);
    await expectHolds(
      bank((n) => pool.query('update account set balance = balance + $1', [n])),
      { engine: other },
    );
  } finally {
    await other.close();
  }
});

test('on PGlite, a transaction that is open between two operations of a session does not keep the session waiting', async () => {
  const other = pglite();
  let kept: pg.PoolClient | undefined;
  const model = defineModel({
    name: 'basket',
    schema,
    operations: {
      begin: operation({
        run: async () => {
          kept?.release();
          kept = await pool.connect();
          await kept.query('begin');
          await kept.query('update account set balance = balance + 1');
        },
      }),
      commit: operation({
        run: async () => {
          await kept?.query('commit');
          kept?.release();
          kept = undefined;
        },
      }),
      deposit: operation({ run: async () => void (await pool.query(write, [7, 1])) }),
    },
  });
  const session = (...names: string[]): { operation: string; args: [] }[] =>
    names.map((name) => ({ operation: name, args: [] }));
  try {
    const example = { rows: {}, sessions: [session('begin', 'commit'), session('deposit')] };
    const result = await checked(model, { engine: other, examples: [example] });
    expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
  } finally {
    await other.close();
  }
});

describe('an application', () => {
  test('makes its tables in `setup` over its own connection, and leaves settings on it', async () => {
    const named = new pg.Pool({ connectionString, max: 1 });
    const model = (run: Run): Model =>
      bank(run, {
        schema: '',
        setup: async () => {
          await named.query(schema);
          await named.query('set search_path to public, pg_catalog');
        },
        teardown: () => {},
      });
    await expectRace(model(lost(named)));
    await expectHolds(
      model(async () => {
        const { rows } = await named.query('show search_path');
        if (rows[0].search_path !== 'public, pg_catalog') throw new Error(rows[0].search_path);
      }),
    );
    await named.end();
  });
});

test('a library that wants no notices, on each new connection, does not silence waits', async () => {
  const quiet = new pg.Pool({ connectionString });
  quiet.on('connect', (client) => void client.query('set client_min_messages to warning'));
  const seen: unknown[] = [];
  const model = bank(async (amount) => {
    const { rows } = await quiet.query('show client_min_messages');
    seen.push(rows[0].client_min_messages);
    return quiet.query('update account set balance = balance + $1', [amount]);
  });
  await expectHolds(model);
  // `log` is what the engine needs; notices that the code did not want are kept from it.
  expect(seen.length).toBeGreaterThan(4);
  expect(new Set(seen)).toEqual(new Set(['log']));
  await quiet.end();
});

test('a connection that was opened before leads to another server: nothing is sent, and the check says so', async () => {
  const received: string[] = [];
  const server = createServer((socket) => socket.on('data', (data) => received.push(String(data))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const before = connect(port, '127.0.0.1');
  await new Promise((resolve) => before.once('connect', resolve));
  before.on('error', () => {});
  vi.stubEnv('PGPORT', String(port));
  try {
    const write = (): Promise<unknown> =>
      new Promise((resolve) => before.write('delete everything', resolve));
    await expect(checked(bank(write))).rejects.toMatchObject({ code: 'foreign-connection', kind: 'usage' });
    expect(received).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    before.destroy();
    server.close();
  }
});
