/** The public entry on real Postgres: verdicts, shrinking, seeds, and what is reported instead of a verdict. */
import fc from 'fast-check';
import pg from 'pg';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertHolds, check } from '../../../src/check/check.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import { LockstepInconclusive, LockstepViolation } from '../../../src/check/errors.ts';
import { lockstepProperty } from '../../../src/check/property.ts';
import { formatReplayLine } from '../../../src/report/replay-line.ts';
import { replay } from '../../../src/check/replay.ts';
import { numericSeed } from '../../../src/check/seed.ts';
import { operation } from '../../../src/core/define-model.ts';
import type { Model } from '../../../src/core/model.ts';
import type { CheckResult, Counterexample } from '../../../src/core/result.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import type { Database } from '../../../src/driver/contract.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { call } from '../../support/bench.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace, modelOf, readThenWrite } from '../../support/models.ts';

const engine = postgres();
let beside: Database;
// One database of the test's own keeps the server up between the checks, and shows what they leave.
beforeAll(async () => {
  beside = await engine.open();
});
afterAll(() => engine.close());

const run = (model: Model, options: Partial<CheckOptions> = {}): Promise<CheckResult> =>
  check(model, { engine, seed: 1, numRuns: 5, ...options });

async function databases(): Promise<readonly string[]> {
  const client = new pg.Client(beside.clientConfig({ kind: 'admin' }));
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname ~ 'lockstep'`,
  );
  await client.end();
  return rows.map(({ datname }) => datname);
}

async function thrownBy(promise: Promise<unknown>): Promise<Error & { cause?: unknown }> {
  return promise.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error as Error,
  );
}

describe('the lost update', () => {
  let found: Counterexample;
  let result: CheckResult;
  const rowsSeen = new Set<number>();
  const lowest = { balance: Infinity };
  // Starting rows are an array of two to four with balances from 3: shrinking must not leave that.
  const rows = fc.array(fc.integer({ min: 3, max: 99 }), { minLength: 2, maxLength: 4 }).map(
    (balances) => ({ account: balances.map((balance, index) => ({ id: index + 1, balance })) }),
    (value) => ((value as { account: { balance: number }[] }).account ?? []).map(({ balance }) => balance),
  );
  const model = account(readThenWrite, {
    promise: 'no deposit is lost',
    rows,
    invariants: {
      watched: ({ tables }) => {
        rowsSeen.add(tables['account']?.length ?? 0);
        for (const row of tables['account'] ?? [])
          lowest.balance = Math.min(lowest.balance, Number(row['balance']));
        return undefined;
      },
    },
  });
  beforeAll(async () => {
    result = await run(model, { sessions: { min: 2, max: 3 }, maxOperations: 2 });
    found = result.counterexample as Counterexample;
  });

  test('is violated, and small: the two least deposits that differ, into the least account, one preemption', () => {
    expect(result.verdict).toBe('violated');
    expect(found.scenario).toEqual({
      rows: { account: [{ id: 1, balance: 3 }, { id: 2, balance: 3 }] },
      sessions: [[call('deposit', 1)], [call('deposit', 2)]],
    }); // prettier-ignore
    expect(found.violation.kind).toBe('not-serializable');
    expect(found.promise).toBe('no deposit is lost');
  });

  test('says how minimal it is, and that is true', () => {
    // Autocommitted: select and update each, 6 schedules; the 2 serial ones pass.
    expect(found.minimality).toMatchObject({ preemptions: 1, fewerPreemptionsPass: true, fewerRun: 2 });
    // Two sessions of one operation on the least rows: nothing smaller is left to try.
    expect(found.minimality.smallerScenariosTried).toBe(0);
  });

  test('where one session alone is smaller, that was tried, completely', async () => {
    const { counterexample } = await run(account(readThenWrite), { sessions: { min: 1, max: 3 } });
    expect(counterexample?.scenario.sessions).toEqual([[call('deposit', 1)], [call('deposit', 2)]]);
    const { smallerScenariosTried, smallerScenariosExhausted } = counterexample!.minimality;
    expect(smallerScenariosTried).toBeGreaterThanOrEqual(2);
    expect(smallerScenariosExhausted).toBe(smallerScenariosTried);
  });

  test('shrinking never left what the model can start from', () => {
    expect(Math.min(...rowsSeen)).toBe(2);
    expect(lowest.balance).toBeGreaterThanOrEqual(3);
  });

  test('replays from its line, also ten times over', async () => {
    const again = await replay(model, found.replay, { engine, times: 10 });
    expect(again.counterexample?.history).toEqual(found.history);
    expect(again.counterexample?.violation).toEqual(found.violation);
    expect(again.counterexample?.replay).toBe(found.replay);
  });

  test('replaying on mended code shows that it is mended, or that the schedule does not fit', async () => {
    const lockedRead = account(async ({ client }, amount) => {
      await client.query('select balance from account where id = 1');
      await client.query('update account set balance = balance + $1 where id = 1', [amount]);
    });
    expect((await replay(lockedRead, found.replay, { engine })).counterexample).toBeUndefined();
    const line = formatReplayLine(found.setting, found.scenario, [{ step: 1, session: 5 }]);
    expect(await faultOf(() => replay(account(addInPlace), line, { engine }))).toMatchObject({
      code: 'schedule-does-not-fit',
      kind: 'usage',
    });
  });

  test('a line of another model is refused', async () => {
    const other = account(readThenWrite, { name: 'other' });
    expect(await faultOf(() => replay(other, found.replay, { engine }))).toMatchObject({
      code: 'other-model',
    });
    const renamed = modelOf('', { read: async () => 1 }, { name: 'account' });
    expect((await faultOf(() => replay(renamed, found.replay, { engine }))).message).toContain(
      'calls deposit',
    );
  });

  test('the same seed finds the same, as number and as text', async () => {
    const once = (seed: number | string) => run(model, { seed });
    const [a, b, text, again] = [await once(1), await once(1), await once('nightly'), await once('nightly')];
    expect([a.path, a.counterexample?.replay]).toEqual([result.path, found.replay]);
    expect(b.coverage).toEqual(a.coverage);
    expect(text.seed).toBe('nightly');
    expect(again.counterexample).toEqual(text.counterexample);
    expect(again.path).toBe(text.path);
  });

  test('seed and path lead fc.assert straight to the counterexample', async () => {
    const property = lockstepProperty(model, { engine });
    const { path } = result;
    if (path === undefined) throw new Error('a violation has a path');
    const error = await thrownBy(fc.assert(property, { seed: numericSeed(1), path, endOnFailure: true }));
    const violation = error.cause as LockstepViolation;
    expect(violation).toBeInstanceOf(LockstepViolation);
    expect(violation.counterexample.scenario).toEqual(found.scenario);
    expect(error.message).toContain(path);
  });

  test('a second fc.assert on the same property finds the same', async () => {
    const property = lockstepProperty(model, { engine });
    const messages: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      const error = await thrownBy(fc.assert(property, { seed: 7, numRuns: 5 }));
      expect(error.cause).toBeInstanceOf(LockstepViolation);
      messages.push(`${error.message} ${(error.cause as Error).message}`);
    }
    expect(messages[1]).toBe(messages[0]);
  });

  test('assertHolds throws the story', async () => {
    const error = await thrownBy(assertHolds(model, { engine, seed: 1, numRuns: 5 }));
    expect(error).toBeInstanceOf(LockstepViolation);
    expect(error.message).toContain(found.replay);
  });

  test('without shrinking the first failure is told', async () => {
    const example: Scenario = {
      rows: { account: [{ id: 1, balance: 50 }, { id: 2, balance: 60 }, { id: 3, balance: 70 }] },
      sessions: [[call('deposit', 5), call('deposit', 6)], [call('deposit', 7)], [call('deposit', 8)]],
    }; // prettier-ignore
    const { counterexample, coverage } = await run(model, { shrink: false, examples: [example] });
    expect(counterexample?.scenario).toEqual(example);
    expect(coverage.scenarios).toBe(1);
  });
});

describe('code that holds', () => {
  test('is covered completely where it is small, and says so', async () => {
    const { verdict, coverage, witness, counterexample, inconclusive } = await run(account(addInPlace), {
      numRuns: 7,
      sessions: 2,
      maxOperations: 2,
    });
    expect([verdict, counterexample, inconclusive]).toEqual(['holds', undefined, undefined]);
    expect(coverage).toMatchObject({ scenarios: 7, exhaustive: 7, aborted: 0, refused: 0 });
    expect(witness?.witness.order.length).toBeGreaterThanOrEqual(2);
  });

  test('exact schedules of an example: 2 x 2 single statements have 6', async () => {
    const example = {
      rows: { account: [{ id: 1, balance: 1 }] },
      sessions: [1, 2].map((n) => [call('deposit', n), call('deposit', n)]),
    };
    const { coverage } = await run(account(addInPlace), { numRuns: 1, examples: [example] });
    expect(coverage).toMatchObject({ scenarios: 1, exhaustive: 1, schedules: 6, operations: 24 });
    // Sums that are equal are equal states: each of 1, 2 once from each of at most 9 sums.
    expect(coverage.learned).toBeLessThanOrEqual(18);
  });

  test('a budget smaller than the space is a sample, and is never called exhaustive', async () => {
    const example = {
      rows: { account: [{ id: 1, balance: 1 }] },
      sessions: [1, 2, 3].map((n) => [call('deposit', n), call('deposit', n)]),
    };
    const { verdict, coverage } = await run(account(addInPlace), {
      numRuns: 1,
      examples: [example],
      maxSchedules: 30,
    });
    expect(verdict).toBe('holds');
    expect(coverage).toMatchObject({ scenarios: 1, exhaustive: 0, schedules: 30 });
  });

  test.each(['exhaustive', 'random', 'pct', 'urw', 'pos'] as const)(
    'strategy %s runs within its budget',
    async (strategy) => {
      const { verdict, coverage } = await run(account(addInPlace), {
        strategy,
        numRuns: 2,
        maxSchedules: 10,
      });
      expect(verdict).toBe('holds');
      expect(coverage.schedules).toBeLessThanOrEqual(20);
    },
  );

  test.each(['random', 'pct', 'urw', 'pos'] as const)('strategy %s finds a race', async (strategy) => {
    const { verdict } = await run(account(readThenWrite), {
      strategy,
      numRuns: 3,
      maxSchedules: 20,
      seed: 1,
    });
    expect(verdict).toBe('violated');
  });

  test('a time budget ends it after the first scenario, and coverage says so', async () => {
    const { verdict, coverage } = await run(account(addInPlace), { numRuns: 100, timeBudgetMs: 0 });
    expect(verdict).toBe('holds');
    expect(coverage.scenarios).toBe(1);
  });

  test('aborts are counted', async () => {
    const deposit = account(async (session, amount) => {
      await session.client.query('begin');
      try {
        await readThenWrite(session, amount);
      } catch (error) {
        await session.client.query('rollback');
        throw error;
      }
      await session.client.query('commit');
    });
    const { verdict, coverage } = await run(deposit, {
      isolation: 'repeatable read',
      sessions: 2,
      maxOperations: 1,
    });
    expect(verdict).toBe('holds');
    expect(coverage.aborted).toBeGreaterThan(0);
    expect(coverage.exhaustive).toBe(coverage.scenarios);
  });
});

describe('no verdict', () => {
  let count = 0;
  const nondeterministic: Readonly<Record<string, Model>> = {
    'a small number by chance in a parameter': account(({ client }, amount) =>
      client.query('update account set balance = balance + $1 where $2::float8 > 0', [
        amount,
        Math.ceil(Math.random() * 1e5),
      ]),
    ),
    'a counter in a parameter': account(({ client }, amount) =>
      client.query('update account set balance = balance + $1 where $2::bigint > 0', [amount, (count += 1)]),
    ),
    'other statements each time': account(async ({ client }, amount) => {
      count += 1;
      await client.query(`select ${count}`);
      await client.query('update account set balance = balance + $1', [amount]);
    }),
  };
  test.each(Object.keys(nondeterministic))('%s: inconclusive, with the step', async (name) => {
    const { verdict, inconclusive, counterexample } = await run(nondeterministic[name]!);
    expect([verdict, counterexample]).toEqual(['inconclusive', undefined]);
    expect(inconclusive).toMatchObject({ kind: 'nondeterminism', step: 0 });
    if (inconclusive?.kind !== 'nondeterminism') throw new Error('expected');
    expect(inconclusive.first).not.toBe(inconclusive.second);
    expect(inconclusive.first).toContain('s1 sent');
    expect(await thrownBy(assertHolds(nondeterministic[name]!, { engine, numRuns: 2 }))).toBeInstanceOf(
      LockstepInconclusive,
    );
  });

  test('a counter in the result alone', async () => {
    const model = account(async (session, amount) => {
      await addInPlace(session, amount);
      return `${(count += 1)}`;
    });
    expect((await run(model)).inconclusive).toMatchObject({ kind: 'nondeterminism' });
  });

  test('but a number of Math.random is a name, in a parameter or in the result, and a remark says so', async () => {
    const model = account(async ({ client }, amount) => {
      await client.query('update account set balance = balance + $1 where $2::float8 < 1', [
        amount,
        Math.random(),
      ]);
      return Math.random();
    });
    const { verdict, remarks } = await run(model);
    expect([verdict, remarks]).toEqual([
      'holds',
      [
        'values that the code makes itself, by chance, are compared up to renaming: statements of deposit, the result of deposit',
      ],
    ]);
  });

  test('but a clock is no counter, in a parameter or in the result', async () => {
    const model = account(async ({ client }, amount) => {
      await client.query('update account set balance = balance + $1 where $2::bigint > 0', [
        amount,
        process.hrtime.bigint(),
      ]);
      return `${process.hrtime.bigint()}`;
    });
    expect((await run(model)).verdict).toBe('holds');
  });

  test('a slip that does not repeat is never called a race, whichever execution it falls in', async () => {
    const examples = [
      {
        rows: { account: [{ id: 1, balance: 10 }] },
        sessions: [[call('deposit', 1)], [call('deposit', 2)]],
      },
    ];
    const verdicts: string[] = [];
    for (let slip = 1; slip <= 9; slip += 1) {
      let calls = 0;
      const model = account((session, amount) => addInPlace(session, ++calls === slip ? amount + 1 : amount));
      const { verdict, inconclusive } = await run(model, { numRuns: 1, examples });
      verdicts.push(verdict === 'inconclusive' ? (inconclusive?.kind ?? '') : verdict);
    }
    // A call alone; the first schedule and its second run; the other call alone; the second schedule, which is run again
    // because it looks wrong; then nothing is left that could slip.
    const told = 'nondeterminism';
    expect(verdicts).toEqual(['holds', told, told, told, told, 'holds', told, told, 'holds']);
  });

  test('operations that never touch the database show nothing', async () => {
    const { verdict, inconclusive } = await run(modelOf('', { idle: async () => 1 }));
    expect(verdict).toBe('inconclusive');
    expect(inconclusive).toMatchObject({
      kind: 'vacuous',
      detail: 'no operation sent a statement to the database',
    });
  });

  test('an operation that never ends is told with its limit', async () => {
    const endless = modelOf('', {
      endless: async ({ client }) => {
        for (;;) await client.query('select');
      },
    });
    expect((await run(endless, { limits: { maxSteps: 20 } })).inconclusive).toMatchObject({
      kind: 'limit',
      limit: 'maxSteps',
    });
    const silent = modelOf('', {
      silent: ({ client }) => client.query('select').then(() => new Promise(() => {})),
    });
    expect((await run(silent)).inconclusive).toMatchObject({ kind: 'limit', limit: 'stuck' });
  });
});

describe('faults', () => {
  const code = async (model: Model, options: Partial<CheckOptions> = {}) =>
    faultOf(() => run(model, options));

  test('a mistake in the code is no race', async () => {
    const model = account(async ({ client }) => {
      const { rows } = await client.query('select balance from account where id = 2');
      return rows[0].balance as number;
    });
    expect(await code(model)).toMatchObject({
      code: 'operation-fails',
      kind: 'usage',
      message: 'operation deposit of account throws TypeError when run alone',
    });
  });

  test('an operation that fails every time shows nothing', async () => {
    const fault = await code(account(({ client }) => client.query('select * from nowhere')));
    expect(fault).toMatchObject({ code: 'operation-always-fails', kind: 'usage' });
    expect(fault.detail).toBe('SQLSTATE 42P01: relation "nowhere" does not exist');
  });

  test('a schema that fails, with its line', async () => {
    const fault = await code(
      account(addInPlace, { schema: 'create table a (id int);\ncreat table b (id int)' }),
    );
    expect(fault).toMatchObject({
      code: 'bad-schema',
      kind: 'usage',
      message: 'the schema of account fails',
    });
    expect(fault.detail).toContain('(line 2 of the schema)');
  });

  test('starting rows that do not fit', async () => {
    const rows = (more: object) =>
      account(addInPlace, { rows: { account: [{ id: 1, balance: 1 }], ...more } });
    expect(await code(rows({ nowhere: [{}] }))).toMatchObject({
      code: 'bad-rows',
      detail: 'its tables are account',
    });
    expect(await code(rows({ account: [{ id: 1 }] }))).toMatchObject({ code: 'bad-rows', kind: 'usage' });
    expect(await code(rows({ account: [{ id: 'x', balance: 1 }] }))).toMatchObject({ code: 'bad-rows' });
    expect((await code(rows({ account: [{ id: 1, balance: 1, colour: 'red' }] }))).detail).toContain(
      'colour',
    );
  });

  test('an option', async () => {
    expect(await code(account(addInPlace), { numRuns: 0 })).toMatchObject({ code: 'bad-option' });
  });

  test('a server that is not there', async () => {
    const fault = await code(account(addInPlace), {
      engine: postgres({ server: 'postgres://u:p@127.0.0.1:1/x' }),
    });
    expect(fault.kind).toBe('engine');
  });
});

test('fast-check stays in charge: reporters and verbosity work', async () => {
  const reports: fc.RunDetails<unknown>[] = [];
  await run(account(readThenWrite), { fastCheck: { verbose: 2 } });
  await fc.assert(lockstepProperty(account(addInPlace), { engine }), {
    numRuns: 3,
    reporter: (details) => void reports.push(details as fc.RunDetails<unknown>),
  });
  expect(reports[0]).toMatchObject({ failed: false, numRuns: 3 });
});

test('weights, and arguments of several kinds', async () => {
  const calls = new Map<string, number>();
  const count = (name: string) => async (session: Parameters<typeof addInPlace>[0], amount: number) => {
    calls.set(name, (calls.get(name) ?? 0) + 1);
    await addInPlace(session, amount);
  };
  const amount = [fc.integer({ min: 1, max: 9 })] as const;
  await run(
    account(addInPlace, {
      operations: {
        often: operation({ arguments: amount, weight: 9, run: count('often') }),
        rare: operation({ arguments: amount, run: count('rare') }),
      },
    }),
    { numRuns: 20, maxSchedules: 5 },
  );
  expect(calls.get('often')! / calls.get('rare')!).toBeGreaterThan(3);
});

// Comes last: everything above has run.
test('nothing is left: no database but the test’s own, and after close no server', async () => {
  const config = beside.clientConfig({ kind: 'admin' });
  // Properties keep theirs until the engine is closed; `check` and `replay` drop theirs at once.
  const before = await databases();
  await run(account(readThenWrite));
  await faultOf(() => run(account(addInPlace, { schema: 'nonsense' })));
  expect(await databases()).toEqual(before);
  await engine.close();
  expect(existsSync(String(config.host))).toBe(false);
});
