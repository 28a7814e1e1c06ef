/** Claim: nobody is in a segment by a race, once the reads share one snapshot. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { repeatableRead, lazyQuerySet } from '../models/segment-cache.ts';

lockstepTest(repeatableRead, {
  sessions: 2,
  maxSchedules: 60,
  engine: postgres(),
  isolation: 'read committed',
  seed: 'properties',
  numRuns: 5,
});
lockstepFinds(lazyQuerySet, {
  engine: postgres(),
  isolation: 'read committed',
  seed: 'properties',
  numRuns: 5,
});
