import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isolationLevels } from '../../src/core/isolation.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { limitCauseText } from '../../src/report/limit-text.ts';
import { Bench, lines, sql } from '../support/bench.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite('postgres', postgres(), { executions: 300 });

describe.each(isolationLevels)('at %s', (isolation) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open(postgres(), { isolation });
  });
  afterAll(() => bench.close());

  test('a plain BEGIN and a lone statement run at the level', async () => {
    const level = [{ transaction_isolation: isolation }];
    expect(await bench.alone(sql('begin', 'show transaction_isolation'))).toEqual(level);
    expect(await bench.alone(sql('show transaction_isolation'))).toEqual(level);
    // Also after a session changed its own default.
    await bench.run([[sql(`set session characteristics as transaction isolation level read committed`)]]);
    expect(await bench.alone(sql('begin', 'show transaction_isolation'))).toEqual(level);
  });

  test('a level that the code names wins', async () => {
    const named = sql('begin isolation level repeatable read', 'show transaction_isolation');
    expect(await bench.alone(named)).toEqual([{ transaction_isolation: 'repeatable read' }]);
  });

  test('BEGIN is no step', async () => {
    const { history, choices } = await bench.run([[sql('begin', 'select 1', 'commit')]]);
    expect(lines(history)).toContain('s1 free begin');
    expect(choices.length).toBe(2);
  });
});

test('a statement without a reply ends the execution at stepTimeoutMs, and its backend with it', async () => {
  const bench = await Bench.open(postgres(), {});
  const { end } = await bench.run([[sql('select pg_sleep(3600)')]], undefined, { stepTimeoutMs: 80 });
  expect(end).toMatchObject({
    kind: 'gave-up',
    limit: 'stepTimeoutMs',
    cause: { kind: 'no-reply' },
  });
  expect(end.kind === 'gave-up' && limitCauseText(end.cause)).toBe(
    'the statement "select pg_sleep(3600)" of s1 has no reply: its backend is active, waits for Timeout PgSleep',
  );
  const sleeping = `select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(3600)%' and pid <> pg_backend_pid()`;
  expect(await bench.alone(sql(sleeping))).toEqual([{ n: 0 }]);
  await bench.close();
});
