/** The record that the gate makes of each statement of a real execution. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statementsIn, type SentStatement } from '../../../src/core/sent-statements.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import type { Session } from '../../../src/index.ts';
import { Bench, call, inOrder, sql } from '../../support/bench.ts';

const driver = postgres();
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open(driver, {
    schema: 'create table t (id int primary key, n int not null); create table child (id int references t deferrable initially deferred)', // prettier-ignore
    rows: { t: [{ id: 1, n: 0 }] },
    operations: {
      failing: async ({ client }: Session) => {
        await client.query('begin');
        await client.query('select 1/0').catch(() => {});
        await client.query('select 1').catch(() => {});
        return (await client.query('commit')).command;
      },
      twoConnections: async ({ client, pool }: Session) => {
        await client.query('begin');
        await pool.query('select 1');
        await client.query('select 2');
        await client.query('commit');
      },
    },
  });
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

const update = 'update t set n = n + 1';

/** `commit (commit): c0, #1, read committed, open before`: connection, transaction, level. */
function shown({ statement, openAfter }: SentStatement): string {
  const { text, kind, connection, transaction, openBefore } = statement;
  const open = [openBefore === true ? 'open before' : [], openAfter === true ? 'open after' : []].flat();
  const details = [`c${connection}`, `#${transaction?.number}`, transaction?.level, ...open];
  return `${text} (${kind}): ${details.join(', ')}`;
}

async function recordsOf(...texts: readonly string[]): Promise<readonly SentStatement[]> {
  const { history } = await bench.run([[sql(...texts)]]);
  return statementsIn(history);
}

describe('transactions', () => {
  test('an autocommit statement is one of its own', async () => {
    expect((await recordsOf('select 1', update)).map(shown)).toEqual([
      'select 1 (step): c0, #1, read committed',
      `${update} (step): c0, #2, read committed`,
    ]);
  });

  test('from BEGIN to COMMIT; what comes after is the next one', async () => {
    expect((await recordsOf('begin', update, 'commit', 'select 1')).map(shown)).toEqual([
      'begin (begin): c0, #1, read committed',
      `${update} (step): c0, #1, read committed, open before, open after`,
      'commit (commit): c0, #1, read committed, open before',
      'select 1 (step): c0, #2, read committed',
    ]);
  });

  test('a failed one is open until it ends, and its COMMIT is answered by ROLLBACK', async () => {
    const { history } = await bench.run([[call('failing')]]);
    const records = statementsIn(history);
    expect(records.map(shown)).toEqual([
      'begin (begin): c0, #1, read committed',
      'select 1/0 (step): c0, #1, read committed, open before, open after',
      'select 1 (step): c0, #1, read committed, open before, open after',
      'commit (commit): c0, #1, read committed, open before',
    ]);
    expect(records.map(({ reply }) => (reply?.kind === 'error' ? reply.sqlstate : reply?.command))).toEqual([
      undefined,
      '22012',
      '25P02',
      'ROLLBACK',
    ]);
  });

  test('COMMIT AND CHAIN begins the next one, at the same level', async () => {
    const texts = ['begin isolation level serializable', update, 'commit and chain', 'select 1', 'rollback'];
    expect((await recordsOf(...texts)).map(shown)).toEqual([
      'begin isolation level serializable (begin): c0, #1, serializable',
      `${update} (step): c0, #1, serializable, open before, open after`,
      'commit and chain (commit): c0, #1, serializable, open before, open after',
      'select 1 (step): c0, #2, serializable, open before, open after',
      'rollback (rollback): c0, #2, serializable, open before',
    ]);
  });

  test('a COMMIT that fails ends it', async () => {
    const records = await recordsOf('begin', 'insert into child values (7)', 'commit');
    expect(records.map(shown)).toEqual([
      'begin (begin): c0, #1, read committed',
      'insert into child values (7) (step): c0, #1, read committed, open before, open after',
      'commit (commit): c0, #1, read committed, open before',
    ]);
    expect(records.at(-1)?.reply).toMatchObject({ kind: 'error', sqlstate: '23503' });
  });

  test('BEGIN inside one begins no other', async () => {
    expect((await recordsOf('begin', update, 'begin', 'select 1', 'commit')).map(shown)).toEqual([
      'begin (begin): c0, #1, read committed',
      `${update} (step): c0, #1, read committed, open before, open after`,
      'begin (begin): c0, #1, read committed, open before',
      'select 1 (step): c0, #1, read committed, open before, open after',
      'commit (commit): c0, #1, read committed, open before',
    ]);
  });

  test('BEGIN in one message with other statements', async () => {
    const both = 'begin isolation level serializable; select 1';
    expect((await recordsOf(both, update, 'commit')).map(shown)).toEqual([
      `${both} (step): c0, #1, unknown, open after`,
      `${update} (step): c0, #1, unknown, open before, open after`,
      'commit (commit): c0, #1, unknown, open before',
    ]);
  });

  test('each connection counts its own', async () => {
    const { history } = await bench.run([[call('twoConnections')]]);
    expect(statementsIn(history).map(shown)).toEqual([
      'begin (begin): c0, #1, read committed',
      'select 1 (step): c1, #1, read committed',
      'select 2 (step): c0, #1, read committed, open before, open after',
      'commit (commit): c0, #1, read committed, open before',
    ]);
  });
});

describe('levels', () => {
  test.each([
    [['begin isolation level repeatable read', 'select 1'], 'repeatable read'],
    [['begin', 'set transaction isolation level serializable', 'select 1'], 'serializable'],
    [['begin', "set local transaction_isolation = 'serializable'", 'select 1'], 'unknown'],
    [['set session characteristics as transaction isolation level serializable', 'select 1'], 'unknown'],
    [['begin isolation level serializable', 'commit', 'select 1'], 'read committed'],
  ])('%j: %s', async (texts, level) => {
    const records = await recordsOf(...texts);
    expect(records.at(-1)?.statement.transaction?.level).toBe(level);
  });

  test('the statements of a transaction share what is known of it', async () => {
    const [begin, , query] = await recordsOf('begin', 'set transaction isolation level serializable', update);
    expect(begin?.statement.transaction).toEqual({ number: 1, level: 'serializable' });
    expect(query?.statement.transaction).toBe(begin?.statement.transaction);
  });
});

test('savepoints', async () => {
  const records = await recordsOf('begin', 'savepoint A', update, 'rollback to "a"', 'release a', 'commit');
  expect(records.map(({ statement }) => statement.savepoint)).toEqual([
    undefined,
    { set: 'a' },
    undefined,
    { restored: 'a' },
    undefined,
    undefined,
  ]);
});

describe('numbers', () => {
  test('statements that go along have a number and no step', async () => {
    const records = await recordsOf('begin', 'savepoint a', update, 'commit');
    expect(records.map(({ number, step }) => [number, step])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, 0],
      [3, 1],
    ]);
  });

  test('a decision that only starts an operation has no statement', async () => {
    const alone = await Bench.open(driver, { model: { shared: () => ({}) } });
    try {
      const { history } = await alone.run([[sql('select 1')], [sql('select 2')]], inOrder(0, 1, 1, 0));
      const records = statementsIn(history);
      expect(records.map(({ number, session, step }) => [number, session, step])).toEqual([
        [0, 1, 2],
        [1, 0, 3],
      ]);
    } finally {
      await alone.close();
    }
  });

  test('the reply to a statement that waited comes in the step that released it from its wait', async () => {
    const { history } = await bench.run([[sql('begin', update, 'commit')], [sql(update)]], inOrder(0, 1, 0));
    expect(
      statementsIn(history).map(({ number, session, step, during }) => [number, session, step, during]),
    ).toEqual([
      [0, 0, undefined, undefined],
      [1, 0, 0, 0],
      [2, 1, 1, 2],
      [3, 0, 2, 2],
    ]);
  });
});
