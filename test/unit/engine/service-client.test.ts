/** The engine's questions with a name: planned once, and asked all the same when their plan is gone. */
import { afterAll, expect, test } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { defaultLimits } from '../../../src/engine/limits.ts';
import { ServiceClient } from '../../../src/engine/service-client.ts';

const engine = postgres();
afterAll(() => engine.close());

const question = { name: 'two', text: 'select 2 as n' };

// That PGlite, whose clients share a backend, keeps none: schema-changes.pglite.test.ts would fail.
test('a schema that removes all prepared statements costs another plan', async () => {
  const client = await ServiceClient.open(await engine.open(), { kind: 'admin' }, defaultLimits);
  const asked = async (text: unknown): Promise<number> => (await client.query(text)).rows[0].n as number;
  expect([await asked(question), await asked(question)]).toEqual([2, 2]);
  expect(await asked('select count(*)::int as n from pg_prepared_statements')).toBe(1);
  await client.query('create table t (n integer); DEALLOCATE all');
  expect([await asked(question), await asked(question)]).toEqual([2, 2]);
  await client.end();
});
