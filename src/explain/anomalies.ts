/**
 * The table of anomalies. The literature defines them for transactions. Here the unit is the operation, a whole call of the
 * code under test, which is meant to look atomic and may span several transactions or none. So "Ti" below is an operation,
 * a version counts as installed when the transaction that wrote it commits, and an anomaly that a level prevents between
 * transactions may still occur between operations of several transactions.
 *
 * The entries go from the most specific to the least: the first one whose evidence is there gives the name.
 */
import type { IsolationLevel } from '../core/isolation.ts';

export interface Anomaly {
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly definition: string;
  readonly citation: string;
  /** Levels of Postgres at which it can occur between operations that are one transaction each. */
  readonly permittedAt: readonly IsolationLevel[];
}

const everywhere: readonly IsolationLevel[] = ['read committed', 'repeatable read', 'serializable'];
const belowSerializable: readonly IsolationLevel[] = ['read committed', 'repeatable read'];
const readCommitted: readonly IsolationLevel[] = ['read committed'];
const adya = 'Adya, "Weak Consistency", MIT 1999';
const berenson = 'Berenson et al., "A Critique of ANSI SQL Isolation Levels", SIGMOD 1995';
const bailis = 'Bailis et al., "Highly Available Transactions", VLDB 2014';
const feral = 'Bailis et al., "Feral Concurrency Control", SIGMOD 2015';
const fekete =
  'Fekete, O\'Neil and O\'Neil, "A Read-Only Transaction Anomaly Under Snapshot Isolation", SIGMOD Record 2004';
const elle = 'Kingsbury and Alvaro, "Elle", VLDB 2020';

export type AnomalyCode =
  | 'stuck'
  | 'abort'
  | 'specification'
  | 'unawaited'
  | 'partial-effect'
  | 'swallowed-abort'
  | 'lock-refused'
  | 'catalogue-race'
  | 'constraint-error'
  | 'G1a'
  | 'P4'
  | 'G0'
  | 'G1b'
  | 'G1c'
  | 'OTV'
  | 'duplicate'
  | 'P2'
  | 'PMP'
  | 'G-single'
  | 'read-only'
  | 'G2-item'
  | 'G2'
  | 'stale'
  | 'missed-row'
  | 'lock-skipped'
  | 'try-lock-refused'
  | 'row-order'
  | 'invariant';

const entries: Readonly<Record<AnomalyCode, Omit<Anomaly, 'code'>>> = {
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
  'constraint-error': {
    name: 'constraint error that no serial order gives',
    aliases: ['feral uniqueness violation caught by the database'],
    definition:
      'Ti checked that its write would be allowed, Tj then wrote a row that forbids it, and Ti failed on the constraint.',
    citation: feral,
    permittedAt: belowSerializable,
  },
  G1a: {
    name: 'aborted read',
    aliases: ['dirty read', 'P1'],
    definition: 'Tj read a version that Ti wrote and then rolled back.',
    citation: adya,
    permittedAt: [],
  },
  P4: {
    name: 'lost update',
    aliases: ['G-single with rw and ww on one row'],
    definition: 'Ti read a row, Tj then wrote a newer version of it, and Ti overwrote that.',
    citation: `${berenson}, P4; ${elle}`,
    permittedAt: readCommitted,
  },
  G0: {
    name: 'dirty write',
    aliases: ['write cycle', 'P0'],
    definition: 'A cycle of ww dependencies only.',
    citation: adya,
    permittedAt: [],
  },
  G1b: {
    name: 'intermediate read',
    aliases: ['dirty read'],
    definition: 'Tj read a version that Ti wrote and later overwrote itself.',
    citation: adya,
    permittedAt: [],
  },
  G1c: {
    name: 'circular information flow',
    aliases: ['dirty read'],
    definition: 'A cycle of ww and wr dependencies, at least one of them wr.',
    citation: adya,
    permittedAt: [],
  },
  OTV: {
    name: 'observed transaction vanishes',
    aliases: ['not monotonic atomic view'],
    definition:
      'Tj read a row that a transaction of Ti wrote, and after that an older version of another row that the same transaction wrote.',
    citation: bailis,
    permittedAt: [],
  },
  duplicate: {
    name: 'duplicate from check-then-insert',
    aliases: ['feral uniqueness violation', 'G2'],
    definition:
      'Ti and Tj both looked for rows by a condition, neither saw the row that the other then inserted, and both inserted one that meets it; the checks had found nothing.',
    citation: feral,
    permittedAt: belowSerializable,
  },
  P2: {
    name: 'non-repeatable read',
    aliases: ['fuzzy read', 'A2', 'G-single on one row'],
    definition: 'Ti read a row by its key twice and saw two versions, the second one written by Tj.',
    citation: `${berenson}, P2 and A2`,
    permittedAt: readCommitted,
  },
  PMP: {
    name: 'predicate-many-preceders',
    aliases: ['phantom read', 'A3', 'G-single by condition'],
    definition:
      'Ti read twice by conditions that overlap, and only one of the reads saw what Tj did to the rows.',
    citation: bailis,
    permittedAt: readCommitted,
  },
  'G-single': {
    name: 'read skew',
    aliases: ['A5A', 'single anti-dependency cycle'],
    definition:
      'A cycle with exactly one rw dependency: Ti saw one part of what Tj wrote and missed another.',
    citation: `${adya}; ${berenson}, A5A`,
    permittedAt: readCommitted,
  },
  'read-only': {
    name: 'read-only transaction anomaly',
    aliases: ['batch-processing anomaly'],
    definition:
      'A cycle with two rw dependencies through an operation that only reads: it saw one writer and missed another, and without it there is no cycle.',
    citation: fekete,
    permittedAt: belowSerializable,
  },
  'G2-item': {
    name: 'write skew',
    aliases: ['A5B', 'item anti-dependency cycle'],
    definition: 'A cycle with two or more rw dependencies, all of them on rows that were read.',
    citation: `${adya}; ${berenson}, A5B`,
    permittedAt: belowSerializable,
  },
  G2: {
    name: 'phantom',
    aliases: ['write skew on predicates', 'anti-dependency cycle', 'P3'],
    definition:
      'A cycle with two or more rw dependencies, at least one on a row that met a condition only after the read.',
    citation: `${adya}; ${berenson}, P3`,
    permittedAt: belowSerializable,
  },
  stale: {
    name: 'stale read',
    aliases: ['G-single-realtime', 'not linearizable'],
    definition:
      'A cycle that real time closes: Tj read a version that an operation had overwritten and returned before Tj began.',
    citation: `${elle}, real-time edges`,
    permittedAt: everywhere,
  },
  'missed-row': {
    name: 'missed row',
    aliases: ['sequence gap', 'outbox skip', 'out-of-order commit'],
    definition:
      'Ti took a smaller value of a sequence (or clock) for its row than Tj, and committed it later; a reader saw the row of Tj and not that of Ti, and then looked only for rows after that of Tj.',
    citation: 'Postgres manual, section 9.17: nextval is never rolled back, and does not wait for commits',
    permittedAt: everywhere,
  },
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

/** From the most specific to the least. */
export const anomalies: readonly (Anomaly & { readonly code: AnomalyCode })[] = (
  Object.keys(entries) as AnomalyCode[]
).map((code) => ({ code, ...entries[code] }));

export function anomaly(code: AnomalyCode): Anomaly {
  return { code, ...entries[code] };
}
