/** On PGlite, too, what operations create and drop is state. In pairs. */
import { afterAll, expect, test } from 'vitest';
import { check, defineModel, operation, type CheckResult, type Session } from '../../src/index.ts';
import { pglite } from '../../src/driver/pglite/index.ts';

const engine = pglite();
afterAll(() => engine.close());

function race(migrate: (session: Session) => Promise<unknown>): Promise<CheckResult> {
  const model = defineModel({
    name: 'migrator',
    schema: 'create table account (n int); insert into account values (1)',
    operations: { migrate: operation({ run: migrate }) },
  });
  const call = { operation: 'migrate', args: [] };
  const options = { engine, sessions: 2, maxOperations: 1, numRuns: 1, maxSchedules: 100 };
  return check(model, { ...options, examples: [{ rows: {}, sessions: [[call], [call]] }] });
}

test('a table that is looked for and then made: a violation', async () => {
  const result = await race(async ({ client }) => {
    const { rows } = await client.query<{ there: boolean }>(`select to_regclass('kv') is not null as there`);
    if (rows[0]?.there !== true) await client.query('create table kv (key text primary key)');
  });
  expect(result.verdict).toBe('violated');
});

test('a table and a column that are made only if they are missing: it holds', async () => {
  const result = await race(async ({ client }) => {
    await client.query('create table if not exists kv (key text primary key)');
    await client.query('alter table account add column if not exists note text');
  });
  expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
});
