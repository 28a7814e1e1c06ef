/** Claim: an advisory lock keeps names unique, unless the snapshot is older than the lock. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { advisoryLock, advisoryLockRepeatableRead } from '../models/branch-create.ts';

lockstepTest(advisoryLock, {
  engine: postgres(),
  isolation: 'repeatable read',
  sessions: 2,
  seed: 'properties',
  numRuns: 5,
});
lockstepFinds(advisoryLockRepeatableRead, {
  engine: postgres(),
  isolation: 'read committed',
  seed: 'properties',
  numRuns: 5,
});
