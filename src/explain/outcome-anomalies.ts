/**
 * Anomalies that an outcome proves without a cycle of dependencies: a kind of violation, an error that no serial order
 * gives, an answer that passed over another's lock. "Ti" is an operation, as in `dependency-anomalies.ts`.
 */
import { adya, everywhere, type AnomalyTable } from './anomaly.ts';

export type OutrightAnomalyCode =
  | 'stuck'
  | 'abort'
  | 'specification'
  | 'unawaited'
  | 'partial-effect'
  | 'swallowed-abort'
  | 'lock-refused'
  | 'catalogue-race';

/** More specific than any dependency: dependencies are not consulted. */
export const outrightAnomalies: AnomalyTable<OutrightAnomalyCode> = {
  stuck: {
    name: 'stuck',
    aliases: ['undetected deadlock'],
    definition: 'No session can go on, and the database sees no deadlock.',
    citation: 'docs/reading-a-failure.md, kinds of violation',
    permittedAt: everywhere,
  },
  abort: {
    name: 'forbidden abort',
    aliases: ['serialization failure', 'deadlock victim'],
    definition: 'Postgres asked for a transaction to be run again (40001, 40P01), which the model forbids.',
    citation: 'Postgres manual, section 13.5',
    permittedAt: everywhere,
  },
  specification: {
    name: 'not as specified',
    aliases: [],
    definition: 'An operation run alone does not do what its specification says: this is no race.',
    citation: 'docs/reading-a-failure.md, kinds of violation',
    permittedAt: everywhere,
  },
  unawaited: {
    name: 'statement not awaited',
    aliases: ['forgotten await', 'fire and forget'],
    definition:
      'An operation ended while a statement that it had sent was still running: it never learns what the statement ' +
      'did, or whether it failed. This needs no other session.',
    citation: 'docs/reading-a-failure.md, kinds of violation',
    permittedAt: everywhere,
  },
  'partial-effect': {
    name: 'partial effect of an aborted operation',
    aliases: ['torn operation'],
    definition: 'An operation ended in an abort or a refusal after part of its writes had been committed.',
    citation: `${adya}, G1a, with operations for transactions`,
    permittedAt: [],
  },
  'swallowed-abort': {
    name: 'swallowed abort',
    aliases: ['swallowed serialization failure'],
    definition:
      'Postgres asked for a transaction to be run again (40001, 40P01), and the operation instead returned a result that no serial order gives.',
    citation: 'Postgres manual, section 13.5',
    permittedAt: everywhere,
  },
  'lock-refused': {
    name: 'refused lock seen',
    aliases: ['lock_not_available'],
    definition:
      'An operation found a row locked by another and said so (55P03, NOWAIT or a lock timeout); in a serial order no other operation holds a lock.',
    citation: 'Postgres manual, section 13.3',
    permittedAt: everywhere,
  },
  'catalogue-race': {
    name: 'catalogue race',
    aliases: [
      'concurrent CREATE ... IF NOT EXISTS',
      'duplicate key in pg_type',
      'tuple concurrently updated',
    ],
    definition:
      'Ti and Tj both made or changed an object of the schema, and one failed in the system catalogue (42P07 and the like, 23505 on an index of pg_..., tuple concurrently updated), which no serial order gives.',
    citation: 'Postgres manual, CREATE TABLE, and section 13.6, caveats',
    permittedAt: everywhere,
  },
};

export type RemainingAnomalyCode = 'lock-skipped' | 'try-lock-refused' | 'row-order' | 'invariant';

/** Less specific than any dependency: these count if no dependency proves a name. */
export const remainingAnomalies: AnomalyTable<RemainingAnomalyCode> = {
  'lock-skipped': {
    name: 'skipped lock',
    aliases: ['SKIP LOCKED'],
    definition:
      'Ti passed over a row that Tj had locked (SKIP LOCKED), and gave an answer that no serial order gives: in a serial order no other operation holds a lock.',
    citation: 'Postgres manual, SELECT, the locking clause',
    permittedAt: everywhere,
  },
  'try-lock-refused': {
    name: 'refused try-lock',
    aliases: ['pg_try_advisory_lock'],
    definition:
      'Ti tried for an advisory lock that Tj held, was refused, and gave an answer that no serial order gives: in a serial order no other operation holds a lock.',
    citation: 'Postgres manual, section 9.28.10',
    permittedAt: everywhere,
  },
  'row-order': {
    name: 'rows in another order',
    aliases: ['missing ORDER BY'],
    definition: 'Results differ from those of a serial order only in the order of rows.',
    citation: 'Postgres manual, section 7.5',
    permittedAt: everywhere,
  },
  invariant: {
    name: 'invariant broken',
    aliases: [],
    definition: 'An invariant of the model does not hold, and no cycle of dependencies shows why.',
    citation: 'docs/reading-a-failure.md, kinds of violation',
    permittedAt: everywhere,
  },
};
