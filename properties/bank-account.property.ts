/** Claim: a deposit that locks the row that it read is never lost, and one that does not is. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { lockedRead, atomicUpdate, readThenWrite } from '../models/bank-account.ts';

lockstepTest(lockedRead, { engine: postgres(), isolation: 'read committed', seed: 'properties', numRuns: 5 });
lockstepTest(atomicUpdate, { engine: postgres(), isolation: 'serializable', seed: 'properties', numRuns: 5 });
lockstepFinds(readThenWrite, {
  engine: postgres(),
  isolation: 'read committed',
  seed: 'properties',
  numRuns: 5,
});
