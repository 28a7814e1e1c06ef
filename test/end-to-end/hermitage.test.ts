/**
 * Hermitage's anomalies that statements by key can show, over the scopes that are small enough for a test: found at exactly
 * the levels that permit them. `npm run hermitage` searches the rest, on two versions of Postgres.
 */
import { afterAll, expect, test } from 'vitest';
import { rows } from '../../bench/hermitage/cells.ts';
import { scopes } from '../../bench/hermitage/scopes.ts';
import { searchColumn } from '../../bench/hermitage/search.ts';
import { isolationLevels } from '../../src/core/isolation.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const engine = postgres();
afterAll(() => engine.close());

const [byKey, rolledBack, byCondition, three] = scopes;
const withThree = [...(byKey?.scenarios ?? []), ...(three?.scenarios ?? [])];
/** Rows that no scenario of these scopes could show. */
const needsConditions = /PMP|predicate|^G2$/;

test('the scopes are what the documentation says', () => {
  expect(scopes.map(({ scenarios }) => scenarios.length)).toEqual([72, 96, 621, 9]);
  expect([rolledBack, byCondition].every((scope) => scope !== undefined)).toBe(true);
});

test.each(isolationLevels)('%s', { timeout: 180_000 }, async (isolation) => {
  // Nothing is permitted at serializable, and there is little that could be left out of three transactions.
  const searched = isolation === 'serializable' ? byKey?.scenarios : withThree;
  const column = await searchColumn(engine, isolation, searched ?? []);
  expect(column.complete).toBe(true);
  const names = rows.filter(({ name }) => !needsConditions.test(name));
  const permitted = names.filter(({ published }) => published.includes(isolation)).map(({ name }) => name);
  expect(names.filter(({ name }) => column.found.has(name)).map(({ name }) => name)).toEqual(permitted);
});
