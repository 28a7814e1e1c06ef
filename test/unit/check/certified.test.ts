/** The last phase of shrinking on real Postgres: what it finds, what it certifies, and what it admits. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import { operation } from '../../../src/core/define-model.ts';
import type { Model, Session } from '../../../src/core/model.ts';
import type { NeighbourSearch } from '../../../src/core/minimality.ts';
import type { Counterexample } from '../../../src/core/result.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { formatCounterexample } from '../../../src/report/story.ts';
import { call } from '../../support/bench.ts';
import { account, addInPlace, readThenWrite } from '../../support/models.ts';

const engine = postgres();
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => engine.close());

async function found(model: Model, options: Partial<CheckOptions> = {}): Promise<Counterexample> {
  const { counterexample } = await check(model, { engine, seed: 1, numRuns: 20, ...options });
  if (counterexample === undefined) throw new Error('nothing was found');
  return counterexample;
}

function neighboursOf({ minimality }: Counterexample): NeighbourSearch {
  if (minimality.neighbours === undefined) throw new Error('no neighbour was searched');
  return minimality.neighbours;
}

const minimalLines = (counterexample: Counterexample): string =>
  /^minimal[\s\S]*(?=\nreplay)/m.exec(formatCounterexample(counterexample))?.[0] ?? '';

const large: Scenario = {
  rows: { account: [{ id: 1, balance: 10 }] },
  sessions: [[call('deposit', 5), call('deposit', 6)], [call('deposit', 7)], [call('deposit', 8)]],
};

test('without shrinking nothing is certified, unless it is asked for: then the neighbours alone lead to the minimum', async () => {
  const plain = await found(account(readThenWrite), { shrink: false, examples: [large] });
  expect(plain.scenario).toEqual(large);
  expect(plain.minimality).toMatchObject({ certified: false, shrunk: false });
  expect(plain.minimality.neighbours).toBeUndefined();
  const certified = await found(account(readThenWrite), { shrink: false, certify: true, examples: [large] });
  expect(certified.scenario.sessions).toEqual([[call('deposit', 1)], [call('deposit', 2)]]);
  expect(certified.minimality).toMatchObject({ certified: true, fewerPreemptionsPass: true, preemptions: 1 });
  // A session fewer, the arguments down to 1 and 2. What is left to take away is either session: twins are not smaller.
  expect(neighboursOf(certified)).toMatchObject({ neighbours: 2, passed: 2, replaced: 5, open: [] });
});

describe('where the shrinker stops early', () => {
  /** Deposits are lost only when both are of the same amount: no single argument can be made smaller. */
  const sameAmount = account(async (session, amount) => {
    const { rows } = await session.client.query('select amount from deposits where amount = $1', [amount]);
    await session.client.query('insert into deposits values ($1)', [amount]);
    return rows.length;
  }, { schema: 'create table deposits (amount int)', rows: {} }); // prettier-ignore

  test('a counterexample of two equal arguments is certified as what it is: no one step is left', async () => {
    const example = { rows: {}, sessions: [[call('deposit', 5)], [call('deposit', 5)]] };
    const counterexample = await found(sameAmount, { examples: [example] });
    expect(counterexample.scenario).toEqual(example);
    expect(counterexample.minimality.certified).toBe(true);
    // A session fewer; 1, 3, 4 instead of the first 5, and of the second: each with its six schedules.
    expect(neighboursOf(counterexample)).toMatchObject({ neighbours: 7, passed: 7, schedules: 7 });
    expect(minimalLines(counterexample)).toBe(
      [
        'minimal    2 sessions, 2 operations, 1 preemption: certified minimal',
        '           nothing smaller fails: 7 scenarios (7 schedules), 2 schedules with fewer preemptions',
      ].join('\n'),
    );
  });

  /** Drawn by a map without an unmapper: once a session was left out, fast-check can no longer simplify it. */
  const mapped = (): Model =>
    account(async () => {}, {
      operations: {
        deposit: operation({
          arguments: [fc.integer({ min: 1, max: 9 }).map((amount) => ({ amount }))],
          run: (session, { amount }) => readThenWrite(session, amount),
        }),
      },
    });

  test('arguments that fast-check cannot go on with are simplified by the neighbours', async () => {
    const counterexample = await found(mapped(), { sessions: 3, maxOperations: 2 });
    expect(counterexample.scenario.sessions).toEqual([
      [call('deposit', { amount: 1 })],
      [call('deposit', { amount: 2 })],
    ]);
    expect(counterexample.minimality.certified).toBe(true);
    expect(neighboursOf(counterexample).replaced).toBeGreaterThan(0);
  });

  test('an example that nobody drew is not certified, and the report says which argument is in doubt', async () => {
    const sessions = [[call('deposit', { amount: 77 })], [call('deposit', { amount: 77 })]];
    const counterexample = await found(mapped(), { examples: [{ ...large, sessions }] });
    expect(counterexample.minimality.certified).toBe(false);
    expect(neighboursOf(counterexample).open.map(({ change }) => change)).toEqual([
      'with argument 1 of s1 deposit simpler',
      'with argument 1 of s2 deposit simpler',
    ]);
    expect(minimalLines(counterexample).replaceAll(/\s+/g, ' ')).toContain(
      'not known to pass: with argument 1 of s1 deposit simpler (its arbitrary cannot simplify a value that it did not draw',
    );
  });

  test('a failure that needs no second session is told with one, whatever number was asked for', async () => {
    const grows: Partial<Model> = {
      invariants: {
        'stays': ({ tables }) => (Number(tables['account']?.[0]?.['balance']) > 10 ? 'it grew' : undefined),
      },
    }; // prettier-ignore
    const counterexample = await found(account(addInPlace, grows), { sessions: 2 });
    expect(counterexample.scenario.sessions).toEqual([[call('deposit', 1)]]);
    expect(counterexample.minimality).toMatchObject({ certified: true, preemptions: 0 });
  });
});

describe('what ran out is told', () => {
  const examples = [
    {
      rows: { account: [{ id: 1, balance: 10 }] },
      sessions: [[call('deposit', 1)], [call('look'), call('look')]],
    },
  ];
  /** A look that sees the balance between the two halves of a deposit. */
  const halves = account(async () => {}, {
    operations: {
      deposit: operation({
        arguments: [fc.integer({ min: 1, max: 9 })],
        run: async ({ client }, amount) => {
          for (let time = 0; time < 2; time += 1)
            await client.query('update account set balance = balance + $1', [amount]);
        },
      }),
      look: operation({
        run: async ({ client }) => {
          const balances: unknown[] = [];
          for (let time = 0; time < 2; time += 1)
            balances.push((await client.query('select balance from account')).rows);
          return balances;
        },
      }),
    },
  });
  const options = { examples, numRuns: 1, shrink: false, certify: true } as const;

  test('schedules of one neighbour', async () => {
    const whole = await found(halves, options);
    expect(whole.minimality.certified).toBe(true);
    const cut = await found(halves, { ...options, maxSchedulesPerNeighbour: 1 });
    expect(cut.minimality.certified).toBe(false);
    const { open, passed, neighbours } = neighboursOf(cut);
    expect(open.length + passed).toBe(neighbours);
    expect(open.map(({ schedules, reason }) => [schedules, reason])).toContainEqual([
      1,
      'it has more schedules than could be run',
    ]);
  });

  test('schedules of all together', async () => {
    const cut = await found(halves, { ...options, maxSchedulesToCertify: 1 });
    expect(cut.minimality.certified).toBe(false);
    expect(neighboursOf(cut).schedules).toBe(1);
    expect(neighboursOf(cut).open.map(({ reason }) => reason)).toContain(
      'not searched: maxSchedulesToCertify, 1, was reached',
    );
  });

  test('time', async () => {
    const cut = await found(halves, { ...options, timeBudgetMs: 0 });
    expect(neighboursOf(cut).open.map(({ reason }) => reason)).toContain('not searched: the time ended');
    expect(cut.minimality.certified).toBe(false);
  });

  test('an interruption', async () => {
    const controller = new AbortController();
    const cut = await found(halves, {
      ...options,
      signal: controller.signal,
      onProgress: ({ shrinking }) => {
        if (shrinking) controller.abort();
      },
    });
    expect(neighboursOf(cut).open.map(({ reason }) => reason)).toContain('not searched: it was interrupted');
    expect(cut.minimality.certified).toBe(false);
  });

  test('a neighbour that gives no verdict', async () => {
    let count = 0;
    const counting = account(async (session, amount) => {
      if (amount === 1) await session.client.query(`select ${(count += 1)}`);
      await readThenWrite(session, amount);
    });
    const example = { ...large, sessions: [[call('deposit', 2)], [call('deposit', 2)]] };
    const counterexample = await found(counting, { examples: [example] });
    expect(counterexample.scenario).toEqual(example);
    expect(counterexample.minimality.certified).toBe(false);
    expect(neighboursOf(counterexample).open.map(({ change, reason }) => `${change}: ${reason}`)).toEqual([
      expect.stringContaining('with a simpler argument 1 of s1 deposit: uncontrolled nondeterminism'),
      expect.stringContaining('with a simpler argument 1 of s2 deposit: uncontrolled nondeterminism'),
    ]);
  });

  test('a neighbour that the code does not take is no gap, and is told', async () => {
    const model = account(async () => {}, {
      invariants: {
        'every deposit counts': ({ tables, sessions }) => {
          const deposits = sessions
            .flat()
            .filter(
              ({ call: { operation: name }, answer }) => name === 'deposit' && answer.kind === 'returned',
            ).length;
          const balance = Number(tables['account']?.[0]?.['balance']);
          return balance === 10 + deposits ? undefined : `${deposits} deposits, balance ${balance}`;
        },
      },
      operations: {
        open: operation({
          run: async ({ client, memory }) => {
            memory.account = (await client.query('select balance from account')).rows[0];
          },
        }),
        deposit: operation({
          run: async ({ client, memory }) => {
            await client.query('update account set balance = $1', [memory.account.balance + 1]);
          },
        }),
      },
    });
    const example = {
      ...large,
      sessions: [
        [call('open'), call('deposit')],
        [call('open'), call('deposit')],
      ],
    };
    const counterexample = await found(model, { examples: [example], numRuns: 1 });
    expect(counterexample.minimality.certified).toBe(true);
    const { refused, open } = neighboursOf(counterexample);
    expect(open).toEqual([]);
    expect(refused.map(({ change }) => change)).toContain('without operation 1 of s1 (open)');
    expect(refused[0]?.reason).toBe('operation deposit of account throws TypeError when run alone');
    expect(minimalLines(counterexample)).toContain('the code under test does not take');
  });
});

test("under a session's lock, the reduced search certifies what a search of all schedules does", async () => {
  const locked = async (
    client: Session['client'],
    text: string,
    values: readonly unknown[] = [],
  ): Promise<any> => {
    await client.query('select pg_advisory_lock(1)');
    const { rows } = await client.query(text, [...values]);
    await client.query('select pg_advisory_unlock(1)');
    return rows[0];
  };
  const inTwoSections = account(async ({ client }, amount) => {
    const { balance } = await locked(client, 'select balance from account where id = 1');
    await locked(client, 'update account set balance = $1 where id = 1', [balance + amount]);
  });
  for (const reduction of [true, false]) {
    const { scenario, minimality } = await found(inTwoSections, { reduction });
    expect(scenario.sessions).toEqual([[call('deposit', 1)], [call('deposit', 2)]]);
    expect(minimality.certified).toBe(true);
  }
});
