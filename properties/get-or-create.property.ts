/** Claim: get_or_create finds a row that another session made, unless its snapshot is older. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { onConflictDoNothing, savepointAfterGet } from '../models/get-or-create.ts';

lockstepTest(onConflictDoNothing, {
  engine: postgres(),
  isolation: 'read committed',
  sessions: 2,
  seed: 'properties',
  numRuns: 5,
});
lockstepFinds(savepointAfterGet, {
  engine: postgres(),
  isolation: 'repeatable read',
  seed: 'properties',
  numRuns: 5,
});
