/** Under Jest, as an ES module. */
import { afterAll, expect, test } from '@jest/globals';
import { check, formatResult } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { pool } from './bank.js';
import { mended, reported } from './bank.model.js';

const engine = postgres();
const options = { engine, sessions: 2, maxOperations: 1, numRuns: 2, seed: 'bank' };
afterAll(async () => {
  await pool.end();
  await engine.close();
});

test('a deposit that reads and writes is lost', async () => {
  expect(formatResult(await check(reported, options))).toMatch(/^VIOLATION {2}lost update/);
}, 60_000);

test('a deposit in one statement is not', async () => {
  expect(formatResult(await check(mended, options))).toMatch(/^HOLDS/);
}, 60_000);
