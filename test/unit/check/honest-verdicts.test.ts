/** What must not become a verdict: a slip of the learned specification, hidden nondeterminism, rows that cannot be. */
import { afterAll, expect, test } from 'vitest';
import { check, defineModel, operation, replay, type Model } from '../../../src/index.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { formatReplayLine, parseReplayLine } from '../../../src/report/replay-line.ts';
import { plain } from '../../../src/core/plain.ts';
import { defaultChoice } from '../../../src/core/schedule.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { bank } from '../../support/honest-bank.ts';

const engine = postgres();
afterAll(() => engine.close());

const alone = { rows: {}, sessions: [[{ operation: 'deposit', args: [] }]] };
const once = { engine, sessions: 1, maxOperations: 1, numRuns: 1, examples: [alone] };

// The first call is the learning run, the fifth the same in the second world: the execution and what checks it lie between.
test.each([
  ['one slip', [1], 'account (12)'],
  ['the same slip in both worlds', [1, 5], 'no serial order gave the outcome'],
])(
  '%s while an operation was learned is no violation of the schedules that follow',
  async (_, slips, first) => {
    let calls = 0;
    const result = await check(
      bank(async ({ client }) => {
        calls += 1;
        await client.query('update account set balance = balance + $1', [slips.includes(calls) ? 2 : 1]);
      }),
      once,
    );
    expect(calls).toBeGreaterThan(3);
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      inconclusive: { kind: 'nondeterminism', first },
    });
  },
);

test('a session memory that differs from run to run is nondeterminism', async () => {
  const forgetful = await check(
    bank(async ({ client, memory }) => {
      (memory as { token: number }).token = Math.ceil(Math.random() * 1e5);
      await client.query('update account set balance = balance + 1');
    }),
    once,
  );
  expect(forgetful.inconclusive?.kind).toBe('nondeterminism');
});

test('a key that starts with an underscore is data, a whole result of pg is its rows', () => {
  expect(plain({ _n: 1 })).toEqual({ _n: 1 });
  const result = { command: 'SELECT', rowCount: 1, rows: [{ a: 1 }], fields: [], _types: {}, oid: null };
  expect(plain(result)).toEqual({ command: 'SELECT', rowCount: 1, rows: [{ a: 1 }] });
});

test('rows keep their physical order also where one execution writes much', async () => {
  const model: Model = defineModel({
    name: 'wide',
    schema: 'create table t (id int primary key, n int, pad text)',
    rows: { t: [1, 2, 3].map((id) => ({ id, n: 0, pad: 'x'.repeat(100) })) },
    operations: {
      churn: operation({
        run: async ({ client }) => {
          for (let n = 0; n < 15; n += 1)
            await client.query('update t set n = $1 where id = $2', [n, (n % 3) + 1]);
          return (await client.query('select array(select id from t) as ids')).rows[0].ids;
        },
      }),
    },
  });
  const lab = await Lab.open(model, { engine, isolation: 'read committed' });
  const scenario = { rows: model.rows as {}, sessions: [[{ operation: 'churn', args: [] }]] };
  const start = await lab.start(scenario.rows);
  const orders = new Set<string>();
  for (let run = 0; run < 60; run += 1) {
    const { answers } = await lab.run(scenario, start, defaultChoice);
    orders.add(JSON.stringify(answers));
  }
  await lab.close();
  expect(orders.size).toBe(1);
});

test('starting rows that production could not hold are refused', async () => {
  const orphan = defineModel({
    name: 'orphan',
    schema: 'create table p (id int primary key); create table c (p int references p)',
    rows: { c: [{ p: 99 }], p: [] },
    operations: {
      look: operation({ run: async ({ client }) => (await client.query('select from c')).rowCount }),
    },
  });
  await expect(check(orphan, { engine, numRuns: 1 })).rejects.toMatchObject({ code: 'bad-rows' });
});

test('a strict replay whose schedule goes on after the code has ended does not fit', async () => {
  const model = bank(
    async ({ client }) => void (await client.query('update account set balance = balance + 1')),
  );
  const setting = {
    model: model.name,
    driver: 'postgres',
    isolation: 'read committed',
    order: 'session',
  } as const;
  const sessions = [...alone.sessions, ...alone.sessions];
  const line = formatReplayLine(setting, { rows: {}, sessions }, [{ step: 9, session: 1 }]);
  expect(parseReplayLine(line).schedule).toEqual([{ step: 9, session: 1 }]);
  await expect(replay(model, line, { engine })).rejects.toMatchObject({ code: 'schedule-does-not-fit' });
});

test('a replay that fails in one round and passes in another is neither', async () => {
  let executions = 0;
  const model: Model = defineModel({
    name: 'changing',
    schema: 'create table account (balance int not null); insert into account values (10)',
    shared: () => ({ faulty: (executions += 1) <= 40 }),
    operations: {
      deposit: operation({
        run: async ({ client, shared }) => {
          const { rows } = await client.query('select balance from account');
          const sum = (shared as { faulty: boolean }).faulty ? '$1' : 'balance + 1 + 0 * $1';
          await client.query(`update account set balance = ${sum}`, [rows[0].balance + 1]);
        },
      }),
    },
  });
  const sessions = [...alone.sessions, ...alone.sessions];
  const found = await check(model, { engine, sessions: 2, numRuns: 1, examples: [{ rows: {}, sessions }] });
  expect(found.counterexample).toBeDefined();
  executions = 0;
  const replayed = await replay(model, found.counterexample?.replay ?? '', { engine, times: 20 });
  expect(executions).toBeGreaterThan(40);
  expect([replayed.counterexample, replayed.exploration.inconclusive?.kind]).toEqual([
    undefined,
    'nondeterminism',
  ]);
});
