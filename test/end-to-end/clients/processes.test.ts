/** Operations that run in worker processes: the same races are found, with the same schedules. */
import { afterAll, describe, expect, test } from 'vitest';
import {
  check,
  replay,
  type CheckOptions,
  type CheckResult,
  type Observation,
  type Operation,
  type Session,
} from '../../../src/index.ts';
import { Fault } from '../../../src/core/fault.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { bankIn, call, nodeWorker } from './support.ts';

const engine = postgres();
afterAll(() => engine.close());

const runHere =
  (lock: string): Operation['run'] =>
  async ({ client }: Session, amount: number) => {
    await client.query('begin');
    const { rows } = await client.query(`select balance from account where id = 1 ${lock}`);
    await client.query('update account set balance = $1 where id = 1', [rows[0].balance + amount]);
    await client.query('commit');
  };

function run(
  operations: Readonly<Record<string, Operation>>,
  calls = Object.keys(operations),
): Promise<CheckResult> {
  const sessions = calls.map((operation, index) => [call(operation, index + 1)]);
  return check(bankIn(nodeWorker(), operations), { engine, numRuns: 1, examples: [{ rows: {}, sessions }] });
}

describe('a deposit', () => {
  test('that loses an update: the same minimal schedule as in this process, and its replay line is the same', async () => {
    const there = await run({ deposit: {} }, ['deposit', 'deposit']);
    const here = await run({ deposit: { run: runHere('') } }, ['deposit', 'deposit']);
    expect(there.verdict).toBe('violated');
    expect(there.counterexample?.replay).toBe(here.counterexample?.replay);
    const model = bankIn(nodeWorker(), { deposit: {} });
    const again = await replay(model, here.counterexample?.replay ?? '', { engine, times: 5 });
    expect(again.exploration.inconclusive).toBeUndefined();
    expect(again.counterexample?.violation).toEqual(here.counterexample?.violation);
  });

  test('that locks its row: holds in all schedules', async () => {
    const result = await run({ careful: {} }, ['careful', 'careful']);
    expect(result.verdict).toBe('holds');
    expect(result.coverage.exhaustive).toBe(1);
  });

  test.each([
    ['', 'deposit', 'violated'],
    ['for update', 'careful', 'holds'],
  ])('in a worker against one in this process (%s)', async (lock, name, verdict) => {
    const result = await run({ [name]: {}, here: { run: runHere(lock) } });
    expect(result.verdict).toBe(verdict);
  });
});

describe('what a worker keeps', () => {
  test('a transaction that nobody ends is not taken for open in the next execution', async () => {
    const result = await run({ peek: {}, add: {} });
    expect(result.verdict).toBe('holds');
    expect(result.coverage.schedules).toBeGreaterThan(1);
    expect(result.remarks.join()).toContain('an open transaction');
  });

  test.each([
    [true, 11],
    [false, 10],
  ])('a cache is emptied before each execution if it says so (%s)', async (resets, balance) => {
    const clients = nodeWorker({ env: resets ? { RESETS: '1' } : {} });
    const seen: unknown[] = [];
    const look = ({ sessions }: Observation): undefined => void seen.push(sessions[0]?.[1]?.answer);
    await check(
      { ...bankIn(clients, { cached: {}, add: {} }), invariants: { look } },
      {
        engine,
        numRuns: 1,
        examples: [{ rows: {}, sessions: [[call('add', 1), call('cached')]] }],
      },
    );
    expect(seen[0]).toEqual({ kind: 'returned', value: balance });
  });

  test('a pool that opens connections by itself, between executions too, is no matter of the code', async () => {
    const clients = nodeWorker({ env: { FILLS: "set application_name = 'pool'" } });
    const two = (operation: string): CheckOptions => ({
      engine,
      numRuns: 1,
      certify: false,
      examples: [{ rows: {}, sessions: [[call(operation, 1)], [call(operation, 2)]] }],
    });
    const lost = await check(bankIn(clients, { deposit: {} }), two('deposit'));
    const alone = await check(bankIn(nodeWorker(), { deposit: {} }), two('deposit'));
    expect(lost.counterexample?.replay).toBe(alone.counterexample?.replay);
    const held = await check(bankIn(clients, { careful: {} }), two('careful'));
    expect([held.verdict, held.coverage.exhaustive, held.remarks]).toEqual(['holds', 1, []]);
  });

  test('but not if it changes tables there', async () => {
    const clients = nodeWorker({ env: { FILLS: 'delete from account where id = 7' } });
    const model = bankIn(clients, { deposit: {} });
    const ended = await check(model, { engine, numRuns: 1 }).catch((error: unknown) => error as Fault);
    // An execution may be under way when the statement comes.
    expect(ended instanceof Fault ? ended.code : ended.verdict).toMatch(/client-kept|violated|inconclusive/);
    expect(JSON.stringify(ended instanceof Fault ? ended.detail : ended)).toContain('delete from account');
  });

  test('what differs from run to run is reported as nondeterminism', async () => {
    const result = await run({ moody: {}, add: {} });
    expect(result.verdict).toBe('inconclusive');
    expect(result.inconclusive?.kind).toBe('nondeterminism');
  });

  test('a value by chance is renamed', async () => {
    const result = await run({ random: {}, add: {} });
    expect(result.verdict).toBe('holds');
    expect(result.remarks.join()).toContain('values that the code makes itself');
  });

  test('an error has its SQLSTATE and its constraint', async () => {
    const seen: unknown[] = [];
    const model = bankIn(nodeWorker(), { fails: {} });
    const look = ({ sessions }: Observation): undefined => void seen.push(sessions[0]?.[0]?.answer);
    await check({ ...model, invariants: { look } }, { engine, numRuns: 1 }).catch(() => undefined);
    expect(seen[0]).toMatchObject({ kind: 'failed', sqlstate: '23505', constraint: 'account_pkey' });
  });
});
