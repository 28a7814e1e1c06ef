/** Under `node --test`, which waits for its tests. */
/* oxlint-disable typescript/no-floating-promises */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { check, formatResult } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { pool } from './bank.js';
import { mended, reported } from './bank.model.js';

const engine = postgres();
const options = { engine, sessions: 2, maxOperations: 1, numRuns: 2, seed: 'bank' };
after(async () => {
  await pool.end();
  await engine.close();
});

test('a deposit that reads and writes is lost', async () => {
  assert.match(formatResult(await check(reported, options)), /^VIOLATION {2}lost update/);
});

test('a deposit in one statement is not', async () => {
  assert.match(formatResult(await check(mended, options)), /^HOLDS/);
});
