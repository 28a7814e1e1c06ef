/** Counterexamples with an explanation, by hand: a cycle of rows, one of conditions, and one that has no name. */
import type { Dependency } from '../../../src/core/explanation.ts';
import type { Counterexample } from '../../../src/core/result.ts';
import { lostUpdate, ref } from './build.ts';

const row = (balance: string): Readonly<Record<string, string>> => ({ name: 'alice', balance });
const base = { table: 'accounts', predicate: undefined } as const;

const readBeforeWrite: Dependency = {
  ...base,
  kind: 'rw',
  from: ref(1),
  to: ref(0),
  fromStep: 1,
  toStep: 2,
  row: row('10'),
};
const overwritten: Dependency = {
  ...base,
  kind: 'ww',
  from: ref(0),
  to: ref(1),
  fromStep: 2,
  toStep: 3,
  row: row('15'),
};

const lostUpdateNamed: Counterexample = {
  ...lostUpdate,
  explanation: {
    anomaly: { code: 'P4', name: 'lost update' },
    evidence: [readBeforeWrite, overwritten],
    dependencies: [
      readBeforeWrite,
      overwritten,
      { ...readBeforeWrite, from: ref(0), to: ref(1), fromStep: 0, toStep: 3 },
    ],
    racingPair: { first: { session: 1, step: 1 }, second: { session: 0, step: 2 } },
    sentences: [
      's2 read the balance before s1 changed it.',
      's2 then wrote what it had computed from the old balance over what s1 wrote.',
    ],
  },
  locations: [
    { step: 0, file: 'models/bank-account.ts', line: 12 },
    { step: 1, file: 'models/bank-account.ts', line: 12 },
    { step: 2, file: 'models/bank-account.ts', line: 13 },
    { step: 3, file: 'models/bank-account.ts', line: 13 },
  ],
};

const predicate: Counterexample = {
  ...lostUpdate,
  explanation: {
    anomaly: { code: 'G2', name: 'anti-dependency cycle' },
    evidence: [
      { ...readBeforeWrite, row: undefined, predicate: "name = 'alice' and balance < 0" },
      { ...overwritten, kind: 'wr', row: undefined },
      { ...overwritten, kind: 'wr', predicate: 'balance > 10' },
    ],
    dependencies: [],
    racingPair: undefined,
    sentences: [],
  },
};

const unclassified: Counterexample = {
  ...lostUpdate,
  explanation: {
    anomaly: { code: 'unclassified', name: 'unclassified' },
    evidence: [],
    dependencies: [readBeforeWrite],
    racingPair: { first: { session: 1, step: 1 }, second: { session: 0, step: 2 } },
    sentences: [],
  },
};

export const explained: Readonly<Record<string, Counterexample>> = {
  'explained-lost-update': lostUpdateNamed,
  'explained-by-conditions': predicate,
  'explained-without-name': unclassified,
};
