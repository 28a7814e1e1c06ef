/** The whole server is killed in the middle of a check: always the same fault, soon, and nothing stays behind. */
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { check, type Model, type Operation } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { until } from '../../../src/driver/within.ts';
import { faultOf } from '../../support/fault-of.ts';
import { allGone, folderOf, pidsOf } from '../../unit/driver/postgres/support.ts';
import { bankIn, call, nodeWorker } from './support.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });
pool.on('error', () => undefined);
afterAll(() => pool.end());

const deposit = 'update account set balance = balance + 1 where id = 1';
const sleep = 'select pg_sleep(60)';

/** All processes of the server at once, as when its machine's memory runs out. */
function killServer(postmaster: number): void {
  const isChild = (pid: string): boolean => {
    try {
      return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) === postmaster;
    } catch {
      return false;
    }
  };
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isChild(name));
  for (const pid of [postmaster, ...children.map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went by itself.
    }
  }
}

/**
 * Checks a model on a server of its own.
 *
 * @param modelOf gets what kills that server
 * @param duringSleep whether the server is killed once a statement of the code under test sleeps
 */
async function expectLost(modelOf: (kill: () => void) => Model, duringSleep: boolean): Promise<void> {
  const engine = postgres();
  const database = await engine.open();
  const folder = folderOf(database);
  const pids = pidsOf(folder);
  let killedAt = 0;
  const kill = (): void => {
    if (killedAt > 0) return;
    killedAt = Date.now();
    killServer(pids.postmaster);
  };
  const watcher = new pg.Client(database.clientConfig({ kind: 'admin' }));
  watcher.on('error', () => undefined);
  await watcher.connect();
  const sleeps = async (): Promise<boolean> => {
    const found = await watcher.query(`select from pg_stat_activity where wait_event = 'PgSleep'`);
    return found.rowCount === 1;
  };
  const model = modelOf(kill);
  const calls = Object.keys(model.operations).map((name) => call(name));
  const examples = [{ rows: {}, sessions: [calls, calls] }];
  const checking = faultOf(() => check(model, { engine, numRuns: 1, examples }));
  if (duringSleep && (await until(15_000, sleeps))) kill();
  const fault = await checking;
  expect(fault).toMatchObject({ code: 'server-lost', kind: 'engine' });
  expect(fault.hint).toContain('its log says more');
  expect(killedAt).toBeGreaterThan(0);
  expect(Date.now() - killedAt).toBeLessThan(5_000);
  await watcher.end();
  await engine.close();
  await allGone(folder, pids);
}

const bank = (name: string, operation: Operation, more: Partial<Model> = {}): Model => ({
  name: 'bank',
  schema: bankIn(nodeWorker(), {}).schema,
  operations: { [name]: operation },
  ...more,
});

describe('while a statement sleeps', () => {
  test('on session.client', () =>
    expectLost(() => bank('sleep', { run: ({ client }) => client.query(sleep) }), true));
  test('on a pool of the code under test', () =>
    expectLost(() => bank('sleep', { run: () => pool.query(sleep) }), true));
  test('in a worker', () => expectLost(() => bankIn(nodeWorker(), { sleep: {} }), true));
});

describe('while the engine reads or resets, after a reply', () => {
  const lastReply = (kill: () => void) => (): undefined => {
    kill();
    return undefined;
  };
  test('on session.client', () =>
    expectLost(
      (kill) => bank('add', { run: ({ client }) => client.query(deposit), compare: lastReply(kill) }),
      false,
    ));
  test('on a pool of the code under test', () =>
    expectLost((kill) => bank('add', { run: () => pool.query(deposit), compare: lastReply(kill) }), false));
  test('in a worker', () =>
    expectLost((kill) => bankIn(nodeWorker(), { addOne: { compare: lastReply(kill) } }), false));
  // The first call comes before the first execution.
  test.each([1, 2, 3])('before execution %i', (wanted) => {
    let begun = 0;
    return expectLost((kill) => {
      const beforeEach = (): void => {
        begun += 1;
        if (begun === wanted) kill();
      };
      return bank('add', { run: ({ client }) => client.query(deposit) }, { beforeEach });
    }, false);
  });
});
