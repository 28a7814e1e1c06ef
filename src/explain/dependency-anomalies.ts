/**
 * Anomalies that dependencies between operations prove. The literature defines them for transactions. Here the unit is the
 * operation, a whole call of the code under test, which is meant to look atomic and may span several transactions or none.
 * So "Ti" below is an operation, a version counts as installed when the transaction that wrote it commits, and an anomaly
 * that a level prevents between transactions may still occur between operations of several transactions.
 */
import type { IsolationLevel } from '../core/isolation.ts';
import { adya, everywhere, type AnomalyTable } from './anomaly.ts';

const belowSerializable: readonly IsolationLevel[] = ['read committed', 'repeatable read'];
const readCommitted: readonly IsolationLevel[] = ['read committed'];
const berenson = 'Berenson et al., "A Critique of ANSI SQL Isolation Levels", SIGMOD 1995';
const bailis = 'Bailis et al., "Highly Available Transactions", VLDB 2014';
const feral = 'Bailis et al., "Feral Concurrency Control", SIGMOD 2015';
const fekete =
  'Fekete, O\'Neil and O\'Neil, "A Read-Only Transaction Anomaly Under Snapshot Isolation", SIGMOD Record 2004';
const elle = 'Kingsbury and Alvaro, "Elle", VLDB 2020';

export type DependencyAnomalyCode =
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
  | 'missed-row';

export const dependencyAnomalies: AnomalyTable<DependencyAnomalyCode> = {
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
};
