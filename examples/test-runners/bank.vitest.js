/** Under Vitest, in any of its pools, with a module that is replaced. */
import { check, formatResult } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { lockstepTest } from 'pg-lockstep/vitest';
import { afterAll, expect, test, vi } from 'vitest';
import { pool } from './bank.js';
import { mended, reported } from './bank.model.js';

vi.mock('./fee.js', () => ({ feeOf: () => 100 }));

const options = { engine: postgres(), sessions: 2, maxOperations: 1, numRuns: 2, seed: 'bank' };
afterAll(() => pool.end());

test('a deposit that reads and writes is lost', async () => {
  const story = formatResult(await check(reported, options));
  expect(story).toMatch(/^VIOLATION {2}lost update/);
  expect(story).toContain("update accounts set balance = '-89'");
});

lockstepTest(mended, options);
