/** A counterexample per kind of violation, recorded, and per thing that can upset a layout, made by hand. */
import type { Counterexample } from '../../../src/core/result.ts';
import { recorded } from '../../support/recorded.ts';
import { call, done, error, failed, lostUpdate, returned, rows, state, HistoryBuilder } from './build.ts';

const prisma =
  'SELECT "public"."accounts"."id", "public"."accounts"."balance", "public"."accounts"."updated_at" ' +
  'FROM "public"."accounts" WHERE ("public"."accounts"."name" = $1 AND 1=1) LIMIT $2 OFFSET $3';

/** Whatever can upset a layout: long, wide, invisible, many lines. */
const awkwardText: Counterexample = {
  ...lostUpdate,
  promise: 'nothing\nis lost \u001b[31mever',
  scenario: {
    rows: {
      'accounts\t1': [{ name: '口座', balance: 10n, at: new Date(0), key: new Uint8Array([222, 173]) }],
    },
    sessions: [[call('預金', '漢字'.repeat(30), 5)], [call('deposit', '👩‍👩‍👧 e\u0301', undefined, NaN)]],
  },
  history: new HistoryBuilder()
    .begin(1)
    .step(1, prisma, ['口座', 1, 0], rows(['id', 'balance', 'at'], [1, '10', new Date(0)]))
    .begin(2)
    .step(2, `select\t'tab\there',\n  "Odd" -- note $1\n/* $2 */ from t where a = '\u0007'`, [], rows(['a']))
    .step(1, `update "accounts" set "note" = $1 where "id" = $2`, [`it's ${'long '.repeat(20)}`, 1])
    .blocked(1, 3, 2)
    .step(2, `values ('${'漢字'.repeat(40)}')`, [], rows(['v'], ['漢字'.repeat(40)]))
    .step(2, '', [], done(''))
    .step(
      2,
      `insert into t values ${'($1, $2), '.repeat(60)}($3)`,
      ['a', null, { k: [1] }],
      done('INSERT', 61),
    )
    .unblocked(1, 3, error('23514', `accounts_${'very_'.repeat(12)}long_check`)).history,
  violation: {
    kind: 'invariant',
    name: 'odd\u202e',
    complaint: 'a\tb\r\nc\u0000d',
    observed: { answers: [], state: state({}) },
  },
};

/** Two connections in one session, both with a statement under way. */
const pool: Counterexample = {
  ...lostUpdate,
  history: new HistoryBuilder()
    .begin(1)
    .step(1, 'lock table a', [], done('LOCK'))
    .begin(2)
    .step(2, 'lock table a', [], undefined, 1)
    .blocked(2, 2, 1)
    .step(2, 'lock table b', [], done('LOCK'), 2)
    .step(1, 'commit', [], done('COMMIT'))
    .unblocked(2, 2, done('LOCK')).history,
};

/** A step that sends nothing, only begins; a reply that comes late without a wait having been seen. */
const withoutStatement: Counterexample = {
  ...lostUpdate,
  scenario: {
    rows: {},
    sessions: [[call('deposit', 1), call('deposit', 2)], [call('deposit', 3)], [call('ping')]],
  },
  history: new HistoryBuilder()
    .begin(1)
    .step(1, 'lock table a', [], done('LOCK'))
    .begin(2)
    .free(2, 'begin', 1)
    .outside(2)
    .step(1, 'commit')
    .begin(3)
    .returned(3, returned('pong'))
    .completed(1, 3, done('UPDATE', 1))
    .returned(1)
    .begin(1)
    .returned(1, failed('40001')).history,
  violation: { kind: 'stuck', waits: [] },
};

export const stories: Readonly<Record<string, Counterexample>> = {
  ...recorded,
  'awkward-text': awkwardText,
  pool,
  'without-statement': withoutStatement,
};
