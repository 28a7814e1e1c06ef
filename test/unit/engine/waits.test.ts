/** Waiting for something that is not the database: mutexes, timers, pools; and what is called stuck. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import type { Session } from '../../../src/core/model.ts';
import { Bench, call, inOrder, lines, sql } from '../../support/bench.ts';
import { Mutex } from '../../../models/support/mutex.ts';

// Far below the 60 s of the engine's limits in these tests: what ends in time was observed, not timed out.
vi.setConfig({ testTimeout: 20_000 });

const driver = postgres();
const schema = 'create table account (id int primary key, balance int not null)';
const rows = { account: [{ id: 1, balance: 10 }] };
const update = 'update account set balance = balance + 1 where id = 1';
type Shared = { readonly mutex: Mutex };
type Code = (session: Session<unknown, Shared>) => Promise<unknown>;

const mutexThenRow: Code = ({ client, shared }) => shared.mutex.run(() => client.query(update));
const rowThenMutex: Code = async ({ client, shared }) => {
  await client.query('begin');
  await client.query(update);
  await shared.mutex.run(() => client.query('select'));
  await client.query('commit');
};
/** Pauses of the code under test: no test of this file waits by it. */
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let bench: Bench;
afterAll(() => driver.close());

describe('an in-process mutex', () => {
  beforeAll(async () => {
    bench = await Bench.open(driver, {
      schema,
      rows,
      operations: { mutexThenRow, rowThenMutex },
      model: { shared: (): Shared => ({ mutex: new Mutex() }) },
    });
  });
  afterAll(() => bench.close());

  test('that serialises the sessions lets every schedule end', async () => {
    const executions = await bench.runAll([[call('mutexThenRow')], [call('mutexThenRow')]]);
    expect(executions.length).toBeGreaterThan(1);
    for (const { end, final } of executions) {
      expect(end).toEqual({ kind: 'completed' });
      expect(final.tables['account']?.rows).toEqual([['1', '12']]);
    }
    expect(executions.some(({ history }) => history.some(({ kind }) => kind === 'outside'))).toBe(true);
  });

  test('against a row lock is stuck at once, and says who waits where', async () => {
    const executions = await bench.runAll([[call('mutexThenRow')], [call('rowThenMutex')]]);
    const ends = new Set(executions.map(({ end }) => JSON.stringify(end)));
    expect([...ends].map((end) => JSON.parse(end) as unknown)).toEqual(
      expect.arrayContaining([
        { kind: 'completed' },
        {
          kind: 'stuck',
          waits: [
            { session: 0, operation: 0, where: 'database', by: [1] },
            { session: 1, operation: 0, where: 'outside', by: [] },
          ],
        },
      ]),
    );
    expect(ends.size).toBe(2);
    // What was given up left nothing behind.
    expect((await bench.run([[call('mutexThenRow')]])).end).toEqual({ kind: 'completed' });
  });
});

describe('timers and promises', () => {
  beforeAll(async () => {
    bench = await Bench.open(driver, {
      schema,
      rows,
      operations: {
        insertWithBackoff: async ({ client }, wanted: number) => {
          for (let id = wanted; ; id += 1) {
            try {
              await client.query('insert into account values ($1, 0)', [id]);
              return id;
            } catch {
              await sleep(20);
              await Promise.resolve();
            }
          }
        },
        ticks: async ({ client }) => {
          await new Promise((resolve) => setImmediate(resolve));
          await new Promise((resolve) => process.nextTick(resolve));
          await sleep(1);
          await client.query(update);
          await sleep(1);
        },
        never: () => new Promise(() => {}),
      },
    });
  });
  afterAll(() => bench.close());

  test('a session that backs off for 20 ms is waited for: the same history 10 times', async () => {
    const sessions = [[call('insertWithBackoff', 1)], [call('insertWithBackoff', 1)]];
    const first = await bench.run(sessions, inOrder(0, 1, 1, 0, 0));
    expect(first.answers).toEqual([[{ kind: 'returned', value: 3 }], [{ kind: 'returned', value: 2 }]]);
    for (let time = 1; time < 10; time += 1) {
      const again = await bench.run(sessions, inOrder(0, 1, 1, 0, 0));
      // Whether a wait of 20 ms is noticed is a matter of load; nothing is decided by it.
      const decided = [again, first].map(({ history }) => history.filter(({ kind }) => kind !== 'outside'));
      expect(decided[0]).toEqual(decided[1]);
      expect(again.choices).toEqual(first.choices);
    }
  });

  test('waiting takes no choice away: a session that slept can go at the next decision', async () => {
    const executions = await bench.runAll([[call('ticks')], [call('ticks')]]);
    expect(executions.length).toBe(2);
    for (const { end } of executions) expect(end).toEqual({ kind: 'completed' });
  });

  test('a promise that nobody keeps is stuck, and others end first', async () => {
    const { end, answers } = await bench.run([[call('never')], [sql(update)]]);
    expect(end).toEqual({ kind: 'stuck', waits: [{ session: 0, operation: 0, where: 'outside', by: [] }] });
    expect(answers).toEqual([[], [{ kind: 'returned', value: [] }]]);
  });
});

/** Whoever has it. */
interface Flag {
  taken: boolean;
}
type Pause = (flag: Flag) => Promise<unknown>;

/** Adds to the balance, in two statements, while it has the flag. */
const holding =
  (pause: Pause) =>
  async ({ client, shared }: Session<unknown, Flag>): Promise<void> => {
    while (shared.taken) await pause(shared);
    shared.taken = true;
    try {
      const { rows: found } = await client.query('select balance from account where id = 1');
      await client.query('update account set balance = $1 where id = 1', [found[0].balance + 1]);
    } finally {
      shared.taken = false;
    }
  };
const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a wait that looks again and again', () => {
  const looks: Readonly<Record<string, Pause>> = {
    'with timers': () => sleep(2),
    'with a timer that its callback renews': (flag) =>
      new Promise<void>((done) => {
        const look = (): unknown => (flag.taken ? setTimeout(look, 2) : done());
        look();
      }),
    'with an interval': (flag) =>
      new Promise<void>((done) => {
        const interval = setInterval(() => {
          if (flag.taken) return;
          clearInterval(interval);
          done();
        }, 2);
      }),
    'with the event loop': immediate,
  };
  beforeAll(async () => {
    bench = await Bench.open(driver, {
      schema,
      rows,
      operations: {
        ...Object.fromEntries(Object.entries(looks).map(([name, pause]) => [name, holding(pause)])),
        'with a heartbeat': async (session: Session<unknown, Flag>) => {
          const heartbeat = setInterval(() => {}, 2);
          try {
            await holding(() => sleep(2))(session);
          } finally {
            clearInterval(heartbeat);
          }
        },
        pauses: async ({ client }) => {
          for (let pause = 0; pause < 15; pause += 1) await sleep(2);
          for (let pause = 0; pause < 200; pause += 1) await immediate();
          await client.query(update);
        },
      },
      model: { shared: (): Flag => ({ taken: false }) },
    });
  });
  afterAll(() => bench.close());

  test.each([...Object.keys(looks), 'with a heartbeat'])('%s: every schedule ends', async (name) => {
    const executions = await bench.runAll([[call(name)], [call(name)]]);
    // Each begins first, or second, after which the other waits: with that, all orders of the starts.
    expect(executions.length).toBeGreaterThan(3);
    for (const { end, final } of executions) {
      expect(end).toEqual({ kind: 'completed' });
      expect(final.tables['account']?.rows).toEqual([['1', '12']]);
    }
  });

  test.each([...Object.keys(looks), 'with a heartbeat'])('%s: who began first is first', async (name) => {
    const sessions = [0, 1, 2].map(() => [call(name)]);
    for (let time = 0; time < 10; time += 1) {
      // The first has the flag, and all wait for it.
      const { history } = await bench.run(sessions, inOrder(0, 2, 1, 0, 0));
      const returned = history.flatMap((event) => (event.kind === 'returned' ? event.session : []));
      expect(returned).toEqual([0, 2, 1]);
    }
  });

  test('is no pause: code that sleeps or yields often, and then sends a statement, is waited for', async () => {
    const executions = await bench.runAll([[call('pauses')], [call('pauses')]]);
    // A start is a step of its own here: there were fewer orders if one session went on while the other pauses.
    expect(executions.length).toBe(6);
  });
});

describe('several connections of one session', () => {
  beforeAll(async () => {
    bench = await Bench.open(driver, {
      schema,
      rows,
      operations: {
        three: async ({ pool }) => {
          const queries = ['a', 'b', 'c'].map((name) => pool.query(`select '${name}' as name`));
          return (await Promise.all(queries)).map((result) => result.rows[0].name as string).join('');
        },
        against: async ({ client, pool }) => {
          await client.query('begin');
          await client.query(update);
          await pool.query(update);
        },
        tooMany: async ({ pool }) => {
          for (let taken = 0; taken <= pool.options.max; taken += 1) await pool.connect();
        },
      },
    });
  });
  afterAll(() => bench.close());

  test('queries at once on a pool each have a connection, and are steps one after another', async () => {
    const execution = await bench.run([[call('three')]]);
    expect(execution.answers).toEqual([[{ kind: 'returned', value: 'abc' }]]);
    const released = execution.history.flatMap((event) => (event.kind === 'released' ? event.statement : []));
    expect(released.map(({ text }) => text)).toEqual(
      ['a', 'b', 'c'].map((name) => `select '${name}' as name`),
    );
    expect(new Set(released.map(({ connection }) => connection)).size).toBe(3);
    expect(released.map(({ connection }) => connection)).not.toContain(0);
  });

  test('two sessions of three have all 20 schedules', async () => {
    expect((await bench.runAll([[call('three')], [call('three')]])).length).toBe(20);
  });

  test('a session that waits for a lock of its own is stuck', async () => {
    const { end } = await bench.run([[call('against')]]);
    expect(end).toEqual({ kind: 'stuck', waits: [{ session: 0, operation: 0, where: 'database', by: [0] }] });
  });

  test('an exhausted pool is stuck', async () => {
    const { end } = await bench.run([[call('tooMany')]]);
    expect(end).toEqual({ kind: 'stuck', waits: [{ session: 0, operation: 0, where: 'outside', by: [] }] });
    expect(lines((await bench.run([[sql('select')]])).history)).toEqual([
      's1 began',
      's1 released select',
      's1 completed SELECT',
      's1 returned',
    ]);
  });
});
