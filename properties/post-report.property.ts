/** Claim: a report in one snapshot adds up, if the writer writes in one transaction. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { bankRepeatableRead, bankAutocommitWriter } from '../models/post-report.ts';

lockstepTest(bankRepeatableRead, {
  sessions: 2,
  engine: postgres(),
  isolation: 'read committed',
  seed: 'properties',
  numRuns: 5,
});
lockstepFinds(bankAutocommitWriter, {
  engine: postgres(),
  isolation: 'repeatable read',
  seed: 'properties',
  numRuns: 5,
});
