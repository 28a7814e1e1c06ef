/**
 * What a connection keeps from one operation to the next, in pairs: a run that is the serial order is no violation, and a
 * genuine race beside the same state is still found.
 */
import { afterAll, describe, expect, test } from 'vitest';
import {
  check,
  defineModel,
  operation,
  type CheckResult,
  type Model,
  type Session,
} from '../../src/index.ts';
import { formatReplayLine } from '../../src/report/replay-line.ts';
import { replay } from '../../src/check/replay.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const engine = postgres();
afterAll(() => engine.close());

type Code = (session: Session) => Promise<unknown>;

/** Two calls of a session that go together, the second needing what the first left, and one of a plain writer. */
function model(name: string, first: Code, second: Code, schema = ''): Model {
  return defineModel({
    name: name.replaceAll(/\W+/g, '-'),
    schema: `create table account (balance int not null); insert into account values (10); ${schema}`,
    operations: {
      first: operation({ run: first }),
      second: operation({ run: second }),
      add: operation({ run: ({ client }) => client.query('update account set balance = balance + 1') }),
    },
  });
}

const of = (...names: readonly string[]): { operation: string; args: never[] }[] =>
  names.map((name) => ({ operation: name, args: [] }));

function run(which: Model, ...sessions: ReturnType<typeof of>[]): Promise<CheckResult> {
  const options = { sessions: sessions.length, maxOperations: 2, numRuns: 1, maxSchedules: 500 };
  return check(which, { engine, ...options, examples: [{ rows: {}, sessions }] });
}

const sql = (...texts: readonly string[]): Code => async ({ client }) => {
  let rows: unknown[] = [];
  for (const text of texts) ({ rows } = await client.query(text));
  return rows;
}; // prettier-ignore

/** Reads the balance and writes it back, one more: a lost update when it overlaps with a writer. */
const lose: Code = async ({ client }) => {
  const { balance } = (await client.query('select balance from account')).rows[0];
  await client.query('update account set balance = $1', [balance + 1]);
};

interface Kept {
  readonly what: string;
  readonly first: Code;
  readonly second: Code;
  readonly schema?: string;
  /** Of the remark. */
  readonly words: string;
}

const kinds: readonly Kept[] = [
  {
    what: 'a temporary table',
    first: sql('create temporary table basket as select 1 as n'),
    second: sql('select n from basket'),
    words: 'a temporary table (basket)',
  },
  {
    what: 'a search path',
    first: sql('set search_path to other, public'),
    second: sql('select * from place'),
    schema: 'create schema other; create table other.place as select 1 as n',
    words: 'a setting (search_path)',
  },
  {
    what: 'a setting of the application’s own',
    first: async ({ client }) => void (await client.query(`select set_config('app.tenant', $1, false)`, ['7'])),
    second: sql(`select current_setting('app.tenant') as tenant`),
    words: 'a setting (app.tenant)',
  },
  {
    what: 'a setting that nothing shows',
    first: sql('select hidden()'),
    second: sql(`select current_setting('app.hidden', true) as tenant`),
    schema: `create function hidden() returns text language sql as $$ select set_config('app.hidden', '1', false) $$`,
    words: 'more than the tables',
  },
  {
    what: 'a lock of the session',
    first: sql('select pg_advisory_lock(7)'),
    second: sql('select pg_advisory_unlock(7)'),
    words: 'an advisory lock (7)',
  },
  {
    what: 'a channel',
    first: sql('listen news'),
    second: sql('select pg_listening_channels() as channel'),
    words: 'a channel that it listens to (news)',
  },
  {
    what: 'a prepared statement',
    first: sql('prepare one as select 1 as n'),
    second: sql('execute one'),
    words: 'a prepared statement (one)',
  },
  {
    what: 'the value of a sequence',
    first: sql(`select nextval('numbers')`),
    second: sql(`select currval('numbers') >= 1 as taken`),
    schema: 'create sequence numbers',
    words: 'more than the tables',
  },
]; // prettier-ignore

describe.each(kinds)('$what', ({ what, first, second, schema, words }) => {
  test('one session that runs its calls one after another is its own serial order', async () => {
    const result = await run(model(what, first, second, schema), of('first', 'second'));
    expect([result.verdict, result.inconclusive, result.counterexample?.violation]).toEqual(['holds', undefined, undefined]);
    expect(result.remarks.join('\n')).toContain(words);
  }); // prettier-ignore

  test('beside it a writer that does no harm passes in every schedule, a lost update is found', async () => {
    const calls = [of('first', 'second'), of('add')];
    const mended = await run(model(what, first, second, schema), ...calls);
    expect([mended.verdict, mended.coverage.exhaustive]).toEqual(['holds', 1]);
    const both: Code = async (session) => (await second(session), lose(session));
    const faulty = await run(model(what, first, both, schema), ...calls);
    expect([faulty.verdict, faulty.inconclusive]).toEqual(['violated', undefined]);
    expect(faulty.counterexample?.violation.kind).toBe('not-serializable');
  });
});

/** Of the others it is known what is kept, and nothing is learned of them alone. */
const hidden = kinds.filter(({ words }) => words === 'more than the tables');

test.each(hidden)('$what: a schedule in which operations overlap is compared with serial orders run whole', async ({ what, first, second, schema }) => {
  const adding: Code = async (session) => {
    const rows = await second(session);
    await session.client.query('update account set balance = balance + 1');
    return rows;
  };
  const overlapping = model(what, first, adding, schema);
  const setting = { model: overlapping.name, driver: 'postgres', isolation: 'read committed', order: 'session' } as const;
  const scenario = { rows: {}, sessions: [of('first', 'second'), of('add')] };
  // The writer comes between the two statements of the second call, and nothing was run before that would show a serial order.
  const line = formatReplayLine(setting, scenario, [{ step: 2, session: 1 }]);
  const { counterexample, exploration } = await replay(overlapping, line, { engine });
  expect([counterexample, exploration.inconclusive]).toEqual([undefined, undefined]);
  expect(exploration.witness?.witness.order).toHaveLength(3);
}); // prettier-ignore

describe('a transaction over two calls', () => {
  const begin = sql('begin', 'update account set balance = balance + 1');
  const commit = sql('commit');

  test('is no violation by itself, nor beside a writer that waits for it', async () => {
    for (const sessions of [[of('first', 'second')], [of('first', 'second'), of('add')]]) {
      const result = await run(model('transaction', begin, commit), ...sessions);
      expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
      expect(result.remarks.join('\n')).toContain('an open transaction');
    }
  });

  test('a lost update over both is found', async () => {
    const faulty = await run(
      model(
        'transaction',
        sql('begin', 'select balance from account'),
        async (session) => (await lose(session), commit(session)),
      ),
      of('first', 'second'),
      of('add'),
    );
    expect([faulty.verdict, faulty.inconclusive]).toEqual(['violated', undefined]);
  });
});

test('a lock that one session keeps refuses another: that is the serial order, too', async () => {
  const leader = sql('select pg_try_advisory_lock(7) as leader');
  const result = await run(model('leader', leader, leader), of('first'), of('second'));
  expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
  expect(result.remarks.join('\n')).toContain('an advisory lock (7)');
});

test('a setting of one’s own is NULL on each new connection, although a reset one is an empty text', async () => {
  const tenants = model(
    'tenants',
    sql(`select current_setting('app.tenant', true) as tenant`),
    sql(`set app.tenant = '7'`),
  );
  const { verdict, coverage } = await run(tenants, of('first', 'second'), of('first', 'second'));
  expect(verdict).toBe('holds');
  expect(coverage.exhaustive).toBe(1);
});
