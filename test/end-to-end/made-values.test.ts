/**
 * Values that the code under test makes itself, in its results, in rows and inside SQL text: they differ from run to run, one
 * to one, and are compared up to renaming. A choice made by chance is no such value, and stays without a verdict.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Driver } from '../../src/driver/contract.ts';
import { pglite } from '../../src/driver/pglite/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { check, defineModel, operation, replay, type CheckResult, type Model } from '../../src/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import { budgetOf } from '../../src/search/budget.ts';
import { exhaust } from '../../src/search/exhaust.ts';

const engine = postgres();
const small = pglite();
afterAll(async () => {
  await engine.close();
  await small.close();
});

const sessions = ['ann', 'ben'].map((user) => [{ operation: 'login', args: [user] }]);
const once = {
  sessions: 2,
  numRuns: 1,
  certify: false,
  shrink: false,
  examples: [{ rows: {}, sessions }],
};
const schema = `
  create table seats (left_over int);
  insert into seats values (5);
  create table logins (name text, token text, at bigint, weight float8)`;

/** What a user's login writes and returns, made in the code. */
type Login = (client: Client, user: string) => Promise<unknown>;

/** Faulty: the seats that are left are counted down in the code. */
function pair(login: Login): { readonly faulty: Model; readonly mended: Model } {
  const model = (take: (client: Client) => Promise<unknown>): Model =>
    defineModel({
      name: 'logins',
      schema,
      operations: {
        login: operation<[string]>({
          run: async ({ client }, user) => {
            await take(client);
            return login(client, user);
          },
        }),
      },
    });
  return {
    faulty: model(async (client) => {
      const { rows } = await client.query('select left_over from seats');
      await client.query('update seats set left_over = $1', [rows[0].left_over - 1]);
    }),
    mended: model((client) => client.query('update seats set left_over = left_over - 1')),
  };
}

/** Stores a value that the code makes, and returns it. */
const stored =
  (column: 'token' | 'at' | 'weight', make: () => unknown): Login =>
  async (client, user) => {
    const value = make();
    await client.query(`insert into logins (name, ${column}) values ($1, $2)`, [user, value]);
    return { user, value };
  };

const insert = "insert into logins (name) values ('";
const made: Readonly<Record<string, readonly [login: Login, places: string | undefined]>> = {
  'a token and a fraction': [
    async (client, user) => {
      const token = randomBytes(16).toString('base64url').slice(0, 21);
      await client.query('insert into logins (name, token, weight) values ($1, $2, $3)', [
        user,
        token,
        Math.random(),
      ]);
      return { user, token };
    },
    'logins.token, logins.weight, the result of login',
  ],
  'a fraction that Postgres writes with an exponent': [
    stored('weight', () => Math.random() / 10_000),
    'logins.weight, the result of login',
  ],
  'a hash of a random value': [
    stored('token', () => createHash('sha256').update(`${Math.random()}`).digest('base64')),
    'logins.token, the result of login',
  ],
  'a word that is only returned': [
    async (client, user) => {
      await client.query('insert into logins (name) values ($1)', [user]);
      return `0.${Math.random().toString(36).slice(2)}`;
    },
    'the result of login',
  ],
  'a savepoint of a random name, as in nested transactions of Sequelize': [
    async (client, user) => {
      const savepoint = `"${randomUUID()}-sp-1"`;
      await client.query('begin');
      await client.query(`savepoint ${savepoint}`);
      await client.query(`${insert}nobody')`);
      await client.query(`rollback to savepoint ${savepoint}`);
      await client.query(`${insert}${user}')`);
      await client.query('commit');
    },
    'statements of login',
  ],
  'a function of a random name, as in findOrCreate of Sequelize': [
    async (client, user) => {
      const name = `pg_temp.testfunc_${randomUUID().replaceAll('-', '')}`;
      await client.query(`create function ${name}() returns void language sql as $$ ${insert}${user}') $$`);
      await client.query(`select ${name}()`);
      await client.query(`drop function ${name}()`);
    },
    'statements of login',
  ],
  'an expiry in whole seconds': [stored('at', () => Math.floor(Date.now() / 1_000) + 600), undefined],
};

const remarksOn = ({ remarks }: CheckResult): readonly string[] =>
  remarks.filter((remark) => remark.includes('up to renaming'));

async function expectPair(login: Login, places: string | undefined, on: Driver): Promise<void> {
  const { faulty, mended } = pair(login);
  const found = await check(faulty, { ...once, engine: on });
  const replayed = await replay(faulty, found.counterexample?.replay ?? '', { engine: on, times: 5 });
  const held = await check(mended, { ...once, engine: on });
  expect([found.verdict, replayed.counterexample?.violation.kind, held.verdict]).toEqual([
    'violated',
    'not-serializable',
    'holds',
  ]);
  expect([held.coverage.scenarios, held.coverage.exhaustive]).toEqual([1, 1]);
  const said = places === undefined ? [] : [expect.stringMatching(new RegExp(`renaming: ${places}$`))];
  expect([remarksOn(found), remarksOn(held)]).toEqual([said, said]);
}

describe('a lost update beside a value that the code makes', () => {
  test.each(Object.keys(made))('%s: found and replayed, and the mend is exhaustive', async (name) => {
    const [login, places] = made[name]!;
    await expectPair(login, places, engine);
  });

  test('on PGlite, too', async () => {
    const [login, places] = made['a token and a fraction']!;
    await expectPair(login, places, small);
  });
});

test('a session that gets the token of another is found, although any token is as good as any other', async () => {
  const { mended } = pair(async (client, user) => {
    const token = Math.random().toString(36).slice(2, 8);
    await client.query('insert into logins (name, token) values ($1, $2)', [user, token]);
    const { rows } = await client.query('select token from logins order by ctid desc limit 1');
    return rows[0].token;
  });
  expect((await check(mended, { ...once, engine })).verdict).toBe('violated');
});

test('draws that look like words are known by a later draw at their place', async () => {
  let logins = 0;
  const { mended } = pair(
    stored('token', () => {
      const letters = randomBytes(8).map((byte) => 97 + (byte % 26));
      // One alone, and two in each of the two runs of the first schedule.
      return `${Buffer.from(letters).toString()}${++logins <= 5 ? '' : '7'}`.slice(-8);
    }),
  );
  expect((await check(mended, { ...once, engine })).verdict).toBe('holds');
});

describe('a choice made by chance has no verdict', () => {
  /** Eight at once, so that two runs hardly ever agree. */
  const eight = <T>(of: readonly T[]): readonly T[] =>
    Array.from({ length: 8 }, () => of[Math.floor(Math.random() * of.length)] as T);
  const temptations: Readonly<Record<string, Login>> = {
    'a coin that decides which statement is sent': async (client, user) => {
      for (const heads of eight([true, false])) await client.query(`${insert}${heads ? user : 'nobody'}')`);
    },
    'a die': async (client, user) => {
      for (const eyes of eight([1, 2, 3, 4, 5, 6]))
        await client.query('insert into logins (name, at) values ($1, $2)', [user, eyes]);
    },
    'a PIN': stored('token', () => String(Math.floor(Math.random() * 1e6)).padStart(6, '0')),
    'a word beside a token': async (client, user) => {
      const token = randomBytes(8).toString('hex');
      for (const status of eight(['a pending order', 'a shipped order', 'a rejected order']))
        await client.query('insert into logins (name, token) values ($1, $2)', [`${user} ${status}`, token]);
    },
    'coins that are only returned': async (client, user) => {
      await client.query('insert into logins (name) values ($1)', [user]);
      return eight(['heads', 'tails']);
    },
  };
  test.each(Object.keys(temptations))('%s', async (name) => {
    const { faulty, mended } = pair(temptations[name]!);
    for (const model of [faulty, mended]) {
      const { inconclusive } = await check(model, { ...once, engine });
      expect(inconclusive?.kind).toBe('nondeterminism');
    }
  });
});

test('an expiry in whole seconds that was learned in another second is no violation, and no hidden state', async () => {
  let logins = 0;
  let now = Date.parse('2026-11-24T12:00:07.300Z');
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now);
  const { mended } = pair(
    stored('at', () => {
      // Three runs of the second search fall into one second: the first, its repetition, and the one with other sequences.
      if (--logins === -1) now += 2_000;
      return Math.floor(Date.now() / 1_000) + 617;
    }),
  );
  const lab = await Lab.open(mended, { engine, isolation: 'read committed' });
  const search = async (loginsInThisSecond: number): Promise<unknown> => {
    logins = loginsInThisSecond;
    const trial = await Trial.on(lab, { rows: {}, sessions });
    const { failure, inconclusive } = await exhaust(trial, budgetOf(500));
    return failure?.violation ?? inconclusive;
  };
  try {
    expect(await search(Infinity)).toBeUndefined();
    now += 5_000;
    expect([await search(6), lab.hiddenState]).toEqual([undefined, false]);
  } finally {
    clock.mockRestore();
    await lab.close();
  }
});
