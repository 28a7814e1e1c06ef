/** Claim: no patch is lost if lock, read, patch and write are one transaction. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { lockReadPatchWrite, lockInReplace } from '../models/revision-history.ts';

lockstepTest(lockReadPatchWrite, {
  engine: postgres(),
  isolation: 'read committed',
  sessions: 2,
  seed: 'properties',
  numRuns: 5,
});
lockstepFinds(lockInReplace, {
  engine: postgres(),
  isolation: 'read committed',
  seed: 'properties',
  numRuns: 5,
});
