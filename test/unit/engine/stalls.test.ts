/** What a statement waits for is recognised, or the message says what the server knows of it. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, LimitCause } from '../../../src/core/limit-cause.ts';
import type { GatedClient, HeldStatement } from '../../../src/driver/gated-client.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { InFlight } from '../../../src/engine/in-flight.ts';
import type { SessionRun } from '../../../src/engine/session.ts';
import { stallOf } from '../../../src/engine/stall.ts';
import { limitCauseText } from '../../../src/report/limit-text.ts';
import { Bench, inOrder, lines, sql } from '../../support/bench.ts';

const driver = postgres();
const schema = 'create table account (id int primary key, balance int not null)';
const rows = { account: [1, 2].map((id) => ({ id, balance: 10 })) };
const update = 'update account set balance = balance + 1 where id = 1';
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open(driver, { schema, rows, isolation: 'serializable' });
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

describe('a report at SERIALIZABLE READ ONLY DEFERRABLE waits for a safe snapshot', () => {
  const report = ['begin read only deferrable', 'select * from account', 'commit'];
  const writer = [sql('begin', 'select * from account', update, 'commit')];
  const blocked = ['s2 blocked by s1', 's2 unblocked'];

  test('and counts as blocked by the writer', async () => {
    const { end, history } = await bench.run([writer, [sql(...report)]], inOrder(0, 1));
    expect(end).toEqual({ kind: 'completed' });
    expect(lines(history).filter((line) => line.includes('blocked'))).toEqual(blocked);
  });

  test('also if the server remembers an earlier serializable transaction of its session', async () => {
    const earlier = sql('begin', 'select * from account', 'insert into account values (3, 1)', 'commit');
    // s1's transaction is open from the start, so what s2 did first is not forgotten.
    const { end, history } = await bench.run([writer, [earlier, sql(...report)]], inOrder(0, 1, 1, 1, 1));
    expect(end).toEqual({ kind: 'completed' });
    expect(lines(history).filter((line) => line.includes('blocked'))).toEqual(blocked);
  });
});

describe('stepTimeoutMs', () => {
  const limits = { stepTimeoutMs: 100 };
  const detailOf = async (...texts: readonly string[]): Promise<string> => {
    const { end } = await bench.run([[sql(...texts)]], undefined, limits);
    return end.kind === 'gave-up' ? `${end.limit}: ${limitCauseText(end.cause)}` : end.kind;
  };

  test('names the statement and what its backend waits for', async () => {
    expect(await detailOf('select  pg_sleep(100)')).toBe(
      'stepTimeoutMs: the statement "select pg_sleep(100)" of s1 has no reply: its backend is active, ' +
        'waits for Timeout PgSleep',
    );
  });

  test('names another process that holds a lock', async () => {
    const other = new pg.Client({
      ...bench.lane.database.clientConfig({ kind: 'admin' }),
      application_name: 'a migration',
    });
    await other.connect();
    await other.query('select pg_advisory_lock(7)');
    try {
      expect(await detailOf('select pg_advisory_lock(7)')).toMatch(
        new RegExp(
          String.raw`^stepTimeoutMs: the statement "select pg_advisory_lock\(7\)" of s1 has no reply: its backend is ` +
            String.raw`active, waits for Lock advisory, is blocked by another process \(\d+: client backend, ` +
            String.raw`a migration, lockstep_\w+, idle, select pg_advisory_lock\(7\)\)$`,
        ),
      );
    } finally {
      await other.end();
    }
  });

  test.runIf(process.platform === 'linux')(
    'says that a backend was stopped, and the next execution is fine',
    async () => {
      const stopping = await Bench.open(driver, {
        schema,
        rows,
        operations: {
          stopped: async ({ client }) => {
            const { rows } = await client.query('select pg_backend_pid() as pid');
            process.kill(rows[0].pid as number, 'SIGSTOP');
            await client.query(update);
          },
        },
      });
      try {
        const { end } = await stopping.run([[{ operation: 'stopped', args: [] }]], undefined, limits);
        expect(end).toMatchObject({
          kind: 'gave-up',
          limit: 'stepTimeoutMs',
          cause: { kind: 'no-reply', statements: [{ text: update, backend: { stopped: true } }] },
        });
        const text = end.kind === 'gave-up' ? limitCauseText(end.cause) : end.kind;
        expect(text).toMatch(/its backend is stopped by a signal, in state /);
        expect((await stopping.run([[sql(update)]])).end).toEqual({ kind: 'completed' });
      } finally {
        await stopping.close();
      }
    },
  );
});

describe('the cause of a stall', () => {
  const waiter = { pid: 1 } as GatedClient;
  const holder = { pid: 2 } as GatedClient;
  const owners = new Map([
    [waiter, { index: 0 } as SessionRun],
    [holder, { index: 1 } as SessionRun],
  ]);
  const entry = new InFlight(0, { client: waiter, text: update } as HeldStatement, 0);
  const causeFrom = (backends: () => Promise<readonly Backend[]>): Promise<LimitCause> =>
    stallOf([entry], owners, { backends });
  const about = (backend: unknown): unknown => ({
    kind: 'no-reply',
    statements: [{ session: 0, text: update, backend }],
  });

  test('is unknown if the server does not answer, and the backend is gone if the server does not list it', async () => {
    expect(await causeFrom(() => Promise.reject(new Error('lost')))).toEqual(about('unknown'));
    expect(await causeFrom(() => new Promise(() => {}))).toEqual(about('unknown'));
    expect(await causeFrom(() => Promise.resolve([]))).toEqual(about('gone'));
  });

  test('names our own session if it is the blocker', async () => {
    const listed = { pid: 1, state: 'active', waitsFor: 'Lock tuple', stopped: false };
    const blockers = [2, 7].map((pid) => ({ pid, facts: ['client backend'] }));
    expect(await causeFrom(() => Promise.resolve([{ ...listed, blockers }]))).toEqual(
      about({
        ...listed,
        blockers: [
          { pid: 2, facts: ['client backend'], session: 1 },
          { pid: 7, facts: ['client backend'], session: undefined },
        ],
      }),
    );
  });
});
