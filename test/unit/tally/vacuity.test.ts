/** Warnings of checks that could not have failed, each beside one that could, on real engines. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertHolds, check } from '../../../src/check/check.ts';
import { LockstepInconclusive } from '../../../src/check/errors.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import { operation } from '../../../src/core/define-model.ts';
import type { Model, Session } from '../../../src/core/model.ts';
import type { CheckResult } from '../../../src/core/result.ts';
import { pglite } from '../../../src/driver/pglite/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { toJson } from '../../../src/report/json.ts';
import { formatResult } from '../../../src/report/verdict-line.ts';
import { mergeCoverage } from '../../../src/tally/merge-coverage.ts';
import { call } from '../../support/bench.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace, modelOf } from '../../support/models.ts';

const engine = postgres();
const embedded = pglite();
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => Promise.all([engine.close(), embedded.close()]));

const run = (model: Model, options: Partial<CheckOptions> = {}): Promise<CheckResult> =>
  // Every schedule is run, so that what is counted here does not depend on which of them are equivalent.
  check(model, { engine, seed: 1, numRuns: 5, sessions: 2, reduction: false, ...options });

async function warned(model: Model, options: Partial<CheckOptions> = {}): Promise<readonly string[]> {
  const { verdict, warnings = [] } = await run(model, options);
  expect(verdict).toBe('holds');
  return warnings.map(({ code, operation: name, message }) => `${code} ${name ?? '-'}: ${message}`);
}

const inTransaction = async (session: Session, amount: number): Promise<void> => {
  await session.client.query('begin');
  await addInPlace(session, amount);
  await session.client.query('commit');
};

describe('single-session', () => {
  test('one session', async () => {
    expect(await warned(account(inTransaction), { sessions: 1 })).toEqual([
      'single-session -: every scenario had a single session: nothing could overlap',
    ]);
  });
  test('two', async () => {
    expect(await warned(account(inTransaction))).toEqual([]);
  });
});

describe('nothing-overlapped', () => {
  test('single statements', async () => {
    expect(await warned(account(addInPlace))).toEqual([
      'nothing-overlapped -: no two operations overlapped: each was a single statement, and what happens inside one is not searched',
    ]);
  });
  test('the same in a transaction', async () => {
    expect(await warned(account(inTransaction))).toEqual([]);
  });
  test('that transaction on PGlite, which has one session', async () => {
    expect(await warned(account(inTransaction), { engine: embedded })).toEqual([
      'nothing-overlapped -: no two operations overlapped: none began while another was under way',
    ]);
  });
});

describe('never-returned', () => {
  const redeem = (coupons: number): Model =>
    modelOf(
      `create table coupons (id int); insert into coupons select generate_series(1, ${coupons})`,
      {
        redeem: async ({ client }) => {
          const { rowCount } = await client.query('select id from coupons');
          if (rowCount === 0) return 'refused';
          await client.query('delete from coupons where id = (select min(id) from coupons)');
          return 'redeemed';
        },
        count: async ({ client }) => {
          await client.query('select 1');
          return (await client.query('select from coupons where false')).rowCount;
        },
      },
      { refusal: (answer) => answer.kind === 'returned' && answer.value === 'refused' },
    );
  const sessions = [[call('redeem')], [call('count')]];
  const examples = [{ rows: {}, sessions }];

  test('an operation that is always refused', async () => {
    expect(await warned(redeem(0), { examples, numRuns: 1 })).toEqual([
      'never-returned redeem: operation redeem never returned: of 3 calls 0 aborted, 3 refused, 0 failed',
    ]);
  });
  test('one that is not', async () => {
    expect(await warned(redeem(9), { examples, numRuns: 1 })).toEqual([]);
  });
  test('one that is always aborted', async () => {
    const aborts = modelOf('create table t (n int)', {
      aborts: async ({ client }) => {
        await client.query('select 1');
        await client.query(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
      },
    });
    expect((await warned(aborts, { maxOperations: 1 }))[0]).toMatch(
      /^never-returned aborts: .* of (\d+) calls \1 aborted, 0 refused, 0 failed$/,
    );
  });
  test('one that always fails is an error', async () => {
    const fails = modelOf('', { fails: ({ client }) => client.query('select 1 / 0') });
    expect(await faultOf(() => run(fails))).toMatchObject({
      code: 'operation-always-fails',
      message: expect.stringMatching(/^operation fails of small never returned: it failed all \d+ times$/),
    });
  });
  test('also where it was aborted at times', async () => {
    const fails = account(({ client }, amount) =>
      client.query(
        amount % 2 === 0
          ? 'select 1 / 0'
          : `do $$ begin raise exception 'again' using errcode = '40001'; end $$`,
      ),
    );
    expect((await faultOf(() => run(fails))).message).toMatch(
      /^operation deposit of account never returned: it failed \d+ times and was aborted \d+ times$/,
    );
  });
});

describe('every-operation-aborted', () => {
  /** A note is refused when work is under way or was begun since it looked. */
  const gate = modelOf(
    'create table gate (changes int, busy boolean); insert into gate values (0, false); create table notes (id int)',
    {
      work: async ({ client }) => {
        await client.query('update gate set changes = changes + 1, busy = true');
        await client.query('update gate set busy = false');
      },
      note: async ({ client }) => {
        const { rows } = await client.query('select changes, busy from gate');
        if (rows[0].busy) return 'refused';
        const { rowCount } = await client.query(
          'insert into notes select 1 from gate where changes = $1 and not busy',
          [rows[0].changes],
        );
        return rowCount === 1 ? 'noted' : 'refused';
      },
    },
    { refusal: (answer) => answer.kind === 'returned' && answer.value === 'refused' },
  );

  test('an operation that is refused whenever it overlaps', async () => {
    const examples = [{ rows: {}, sessions: [[call('work')], [call('note')]] }];
    expect(await warned(gate, { examples, numRuns: 1 })).toEqual([
      'every-operation-aborted note: operation note was aborted or refused each of the 3 times that it overlapped with ' +
        'another: what it does then was never compared',
    ]);
  });
  test('one that succeeds beside another of its kind', async () => {
    const examples = [
      { rows: {}, sessions: [[call('work')], [call('note')]] },
      { rows: {}, sessions: [[call('note')], [call('note')]] },
    ];
    expect(await warned(gate, { examples, numRuns: 2 })).toEqual([]);
  });
});

describe('failOnWarnings', () => {
  const detail =
    'no two operations overlapped: each was a single statement, and what happens inside one is not searched';

  test('leaves no verdict where there is a warning', async () => {
    const result = await run(account(addInPlace), { failOnWarnings: true });
    expect(result).toMatchObject({ verdict: 'inconclusive', inconclusive: { kind: 'vacuous', detail } });
    expect(result.warnings?.map(({ code }) => code)).toEqual(['nothing-overlapped']);
    const thrown = await assertHolds(account(addInPlace), {
      engine,
      seed: 1,
      numRuns: 2,
      failOnWarnings: true,
    }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(LockstepInconclusive);
    expect((thrown as Error).message).toContain('could not have failed');
  });
  test('changes nothing where there is none', async () => {
    expect((await run(account(inTransaction), { failOnWarnings: true })).verdict).toBe('holds');
  });
});

test('nothing that could have been sent is no warning but a missing verdict, as before', async () => {
  const { verdict, inconclusive, warnings } = await run(modelOf('', { idle: async () => 1 }));
  expect([verdict, inconclusive, warnings]).toEqual([
    'inconclusive',
    { kind: 'vacuous', detail: 'no operation sent a statement to the database' },
    [],
  ]);
});

test('where the time was too short for more, that is said', async () => {
  const { inconclusive } = await run(modelOf('', { idle: async () => 1 }), { timeBudgetMs: 1 });
  expect(inconclusive).toMatchObject({
    kind: 'vacuous',
    detail: expect.stringMatching(/; the time ended before more was run$/) as unknown,
  });
});

test('coverage says what was seen, also in words', async () => {
  const model = account(inTransaction, {
    operations: {
      deposit: operation({ arguments: [fc.constant(1)], run: inTransaction }),
    },
  });
  const examples = [{ rows: { account: [{ id: 1, balance: 10 }] }, sessions: [[call('deposit', 1)], [call('deposit', 1)]] }]; // prettier-ignore
  const result = await run(model, { examples, numRuns: 1 });
  const { interactions, schedules } = result.coverage;
  // Two sessions of two steps, of which the second update waits for the first commit: 4 of the 6 orders can be run.
  expect(schedules).toBe(4);
  expect(interactions).toMatchObject({
    statements: 16,
    concurrent: 4,
    overlapping: 2,
    lockWaits: 2,
    deadlocks: 0,
    overlaps: { top: [{ operations: ['deposit', 'deposit'], overlapped: 2, pairs: 4 }], more: 0 },
  });
  expect(formatResult(result, { width: 200 })).toContain(
    'deposit overlapped with itself 2 of 4 times; 2 lock waits, no deadlocks',
  );
  // Its counts add up with those of another check; a file has only the largest.
  expect(mergeCoverage(result, result).coverage).toMatchObject({
    schedules: 8,
    operations: 16,
    interactions: { statements: 32, lockWaits: 4, overlaps: { top: [{ overlapped: 4, pairs: 8 }] } },
  });
  const meta = { version: '0', startedAt: '' };
  expect(JSON.stringify(toJson([result], meta))).not.toContain('"tally"');
  const single = formatResult(await run(account(addInPlace)), { width: 200 });
  expect(single).toMatch(/^warning {4}no two operations overlapped: .* \(nothing-overlapped\)$/m);
});

describe('where equivalent schedules are left out', () => {
  const reduced = { reduction: true };

  test('a transaction is not warned of, though all that was run may be serial', async () => {
    expect(await warned(account(inTransaction), reduced)).toEqual([]);
  });
  test('single statements are', async () => {
    expect(await warned(account(addInPlace), reduced)).toEqual([
      expect.stringMatching(/^nothing-overlapped /),
    ]);
  });
  test('operations that have nothing to do with each other are', async () => {
    const apart = modelOf('create table a (n int); create table b (n int)', {
      a: async ({ client }) =>
        void (await client.query('select from a'), await client.query('select from a')),
      b: async ({ client }) =>
        void (await client.query('select from b'), await client.query('select from b')),
    });
    expect(await warned(apart, reduced)).toEqual([expect.stringMatching(/^no-conflicts /)]);
  });
  test('conflicts are told, and whether they were seen in both orders', async () => {
    const { coverage } = await run(account(inTransaction), reduced);
    expect(coverage.interactions?.conflicts?.pairs).toBeGreaterThan(0);
    expect(coverage.reduced).toBe(coverage.scenarios);
  });
});
