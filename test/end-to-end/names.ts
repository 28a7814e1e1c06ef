/**
 * What the counterexample of each faulty variant is called, and why that is right. Where two names are right, which one it
 * is depends on the schedule that the search meets first.
 */
import type { AnomalyCode } from '../../src/explain/anomalies.ts';

interface Right {
  readonly codes: readonly (AnomalyCode | 'unclassified')[];
  readonly because: string;
}

const checkThenInsert: Right = {
  codes: ['duplicate'],
  because: 'both look for the name, find no row, and insert one; nothing in the schema forbids it',
};
const caughtByTheConstraint: Right = {
  codes: ['constraint-error'],
  because:
    'the look for the name found nothing, and the insert failed on it; run one after the other, the second finds it',
};
const oneReportTwoStates: Right = {
  codes: ['G-single', 'PMP'],
  because:
    'the reader sees one part of what one writer did in its first query, and the other part in its next',
};
const lostPatch: Right = {
  codes: ['P4'],
  because:
    'metadata that was read before the other patch is written over it: nodes is read, overwritten, overwritten again',
};

export const onPostgres: Readonly<Record<string, Right>> = {
  'bank-account/read-then-write': {
    codes: ['P4'],
    because: 'the balance is read, somebody else writes it, and the sum of the old one goes over that',
  },
  'branch-create/no-constraint': checkThenInsert,
  'branch-create/plain-transaction': checkThenInsert,
  'branch-create/worker-lock': checkThenInsert,
  'branch-create/advisory-lock-plain-begin': checkThenInsert,
  'branch-create/advisory-lock-repeatable-read': checkThenInsert,
  'branch-create/unique-constraint-unmapped': caughtByTheConstraint,
  'fleet-queue/select-then-update': {
    codes: ['P4'],
    because: 'the state of a job is read, somebody else takes the job, and it is taken once more over that',
  },
  'get-or-create/savepoint-after-get': caughtByTheConstraint,
  'get-or-create/savepoint-before-get': caughtByTheConstraint,
  'mutex-and-row-lock/opposite-orders': {
    codes: ['stuck'],
    because: 'one holds the mutex and waits for the row, the other holds the row and waits for the mutex',
  },
  'post-report/autocommit': oneReportTwoStates,
  'post-report/plain-transaction': oneReportTwoStates,
  'post-report/autocommit-writer': oneReportTwoStates,
  'post-report/bank-autocommit': oneReportTwoStates,
  'post-report/bank-plain-transaction': oneReportTwoStates,
  'post-report/bank-autocommit-writer': oneReportTwoStates,
  'revision-history/no-constraint': lostPatch,
  'revision-history/lock-in-replace': lostPatch,
  'revision-history/etag-checked-first': lostPatch,
  'revision-history/unique-constraint': {
    codes: ['P4', 'constraint-error'],
    because:
      'patches are lost as without the constraint; where both also take the same number, the second one fails on it',
  },
  'segment-cache/autocommit': oneReportTwoStates,
  'segment-cache/plain-transaction': oneReportTwoStates,
  'segment-cache/lazy-query-set': oneReportTwoStates,
};

/** PGlite does not tell what statements touch, so a name is what the outcome alone proves; the others have none. */
export const onPglite: Readonly<Record<string, AnomalyCode>> = {
  'branch-create/no-constraint': 'duplicate',
  'branch-create/worker-lock': 'duplicate',
  'branch-create/unique-constraint-unmapped': 'constraint-error',
  'mutex-and-row-lock/opposite-orders': 'stuck',
};
