/** The two verdicts that most variants have: the same at every level and on PGlite. */
import type { Expectations } from 'pg-lockstep';

export const holdsEverywhere: Expectations = {
  'read committed': 'holds',
  'repeatable read': 'holds',
  serializable: 'holds',
  pglite: 'holds',
};

export const violatedEverywhere: Expectations = {
  'read committed': 'violated',
  'repeatable read': 'violated',
  serializable: 'violated',
  pglite: 'violated',
};
