/** One hand-made counterexample per kind of violation and per thing that can stand in its columns. */
import type { Counterexample } from '../../../src/core/result.ts';
import {
  accounts,
  call,
  done,
  error,
  failed,
  lostUpdate,
  ref,
  returned,
  rows,
  serial,
  setting,
  state,
  Told,
} from './build.ts';
import { explained } from './explained.ts';

const select = `select balance from accounts where name = $1`;
const update = `update accounts set balance = $2 where name = $1`;

/** The same race, seen in the answers: no table differs, and the serial orders differ among themselves. */
const lostUpdateReturned: Counterexample = {
  ...lostUpdate,
  promise: undefined,
  scenario: { rows: {}, sessions: lostUpdate.scenario.sessions },
  history: new Told()
    .begin(1)
    .step(1, select, ['alice'], rows(['balance'], [10]))
    .begin(2)
    .step(2, select, ['alice'], rows(['balance'], [10]))
    .step(2, update, ['alice', 17], done('UPDATE', 1))
    .returned(2, returned(17))
    .step(1, update, ['alice', 15], done('UPDATE', 1))
    .returned(1, returned(15)).history,
  answers: [[returned(15)], [returned(17)]],
  violation: {
    kind: 'not-serializable',
    observed: { answers: [[returned(15)], [returned(17)]], state: accounts(['alice', '15'], ['bob', '3']) },
    serial: [
      serial([ref(0), ref(1)], [[returned(15)], [returned(22)]], accounts(['alice', '22'], ['bob', '3'])),
      serial([ref(1), ref(0)], [[returned(22)], [returned(17)]], accounts(['bob', '3'], ['alice', '22'])),
    ],
    complete: true,
    nearest: serial(
      [ref(0), ref(1)],
      [[returned(15)], [returned(22)]],
      accounts(['alice', '22'], ['bob', '3']),
    ),
    differences: [
      { where: ref(1), observed: '17', expected: '22' },
      { where: { table: 'accounts' }, observed: '(alice, 15) (bob, 3)', expected: '(alice, 22) (bob, 3)' },
    ],
    aborted: [],
  },
};

const insert = `insert into tags (name, color)
   values ($1, $2)
   returning id, name, color`;
const tag = (id: number, color: string) => ({ created: true, id, name: 'sky', color });
const tags = (...list: readonly (readonly string[])[]) =>
  state({ tags: [['id', 'name', 'color'], ...list], users: [['id']] });

/** Three sessions: one waits for another, then fails; a commit of a failed transaction; a savepoint. */
const threeSessions: Counterexample = {
  ...lostUpdate,
  setting: { ...setting, model: 'get-or-create', isolation: 'repeatable read' },
  promise: 'get_or_create returns the one row with that name, whoever made it',
  scenario: {
    rows: { tags: [], users: [{ id: 1 }, { id: 2 }] },
    sessions: [
      [call('get_or_create', 'sky', 'blue')],
      [call('get_or_create', 'sky', 'gray')],
      [call('rename', 'sky', { to: 'sea', because: 'of\nthe weather' })],
    ],
  },
  history: new Told()
    .begin(1)
    .free(1, 'begin')
    .step(1, 'select id, name, color from tags where name = $1', ['sky'], rows(['id', 'name', 'color']))
    .free(1, 'savepoint creation')
    .begin(2)
    .free(2, 'begin')
    .step(2, 'select id, name, color from tags where name = $1', ['sky'], rows(['id', 'name', 'color']))
    .free(2, 'savepoint creation')
    .step(1, insert, ['sky', 'blue'], rows(['id', 'name', 'color'], [101, 'sky', 'blue']))
    .step(2, insert, ['sky', 'gray'])
    .blocked(2, 4, 1)
    .begin(3)
    .step(3, 'lock table tags')
    .blocked(3, 5, 1, 2)
    .step(1, 'commit', [], done('COMMIT'))
    .returned(1, returned(tag(101, 'blue')))
    .unblocked(2, 4, error('23505', 'tags_name_key'))
    .blocked(3, 5, 2)
    .step(2, 'rollback to savepoint creation', [], done('ROLLBACK'))
    .step(2, 'commit', [], done('ROLLBACK'))
    .returned(2, failed('23505', 'tags_name_key'))
    .unblocked(3, 5, done('LOCK'))
    .step(3, 'select 1 from tags where nme = 1', [], error('42703', undefined, 'column "nme" does not exist'))
    .returned(3, failed(undefined, undefined, "Cannot read properties of undefined (reading 'id')")).history,
  answers: [[returned(tag(101, 'blue'))], [failed('23505', 'tags_name_key')], [returned()]],
  violation: {
    kind: 'not-serializable',
    observed: {
      answers: [[returned(tag(101, 'blue'))], [failed('23505', 'tags_name_key')], [returned()]],
      state: tags(['101', 'sky', 'blue']),
    },
    serial: Array.from({ length: 5 }, (_, index) =>
      serial(
        [ref(0), ref(1), ref(2)],
        [[returned(tag(101, 'blue'))], [returned({ ...tag(101, 'blue'), created: false })], [returned()]],
        tags(['101', 'sky', 'blue'], [String(200 + index), 'sea', 'gray']),
        2,
      ),
    ),
    complete: false,
    nearest: serial(
      [ref(0), ref(1), ref(2)],
      [[returned(tag(101, 'blue'))], [returned({ ...tag(101, 'blue'), created: false })], [returned()]],
      tags(['101', 'sky', 'blue'], ['200', 'sea', 'gray']),
      2,
    ),
    differences: [
      { where: ref(1), observed: 'error 23505 (tags_name_key)', expected: '...' },
      { where: { table: 'tags' }, observed: '...', expected: '...' },
    ],
    aborted: [],
  },
  minimality: {
    preemptions: 2,
    fewerPreemptionsPass: false,
    fewerRun: 1,
    shrunk: true,
    smallerScenariosTried: 1,
    smallerScenariosExhausted: 0,
    certified: false,
  },
};

/** Several operations in a session; one aborted, and left a trace that it must not leave. */
const severalOperations: Counterexample = {
  ...lostUpdate,
  scenario: {
    rows: { accounts: [{ name: 'alice', balance: 10 }] },
    sessions: [[call('deposit', 5), call('balance')], [call('deposit', 7)]],
  },
  history: new Told()
    .begin(1)
    .step(1, update, ['alice', 15], done('UPDATE', 1))
    .returned(1)
    .begin(2)
    .step(2, 'insert into log values (7)', [], done('INSERT', 1))
    .begin(1)
    .step(1, select, ['alice'], rows(['balance'], [15]))
    .returned(1, returned(15))
    .step(2, update, ['alice', 22], error('40001'))
    .returned(2, failed('40001')).history,
  answers: [[returned(), returned(15)], [failed('40001')]],
  violation: {
    kind: 'not-serializable',
    observed: {
      answers: [[returned(), returned(15)], [failed('40001')]],
      state: state({
        accounts: [
          ['name', 'balance'],
          ['alice', '15'],
        ],
        log: [['amount'], ['5'], ['7']],
      }),
    },
    serial: [
      serial(
        [ref(0, 0), ref(0, 1), ref(1)],
        [[returned(), returned(15)], [returned()]],
        state({
          accounts: [
            ['name', 'balance'],
            ['alice', '15'],
          ],
          log: [['amount'], ['5']],
        }),
        3,
      ),
    ],
    complete: true,
    nearest: serial(
      [ref(0, 0), ref(0, 1), ref(1)],
      [[returned(), returned(15)], [returned()]],
      state({
        accounts: [
          ['name', 'balance'],
          ['alice', '15'],
        ],
        log: [['amount'], ['5']],
      }),
      3,
    ),
    differences: [
      { where: ref(1), observed: 'error 40001', expected: 'nothing' },
      { where: { table: 'log' }, observed: '(5) (7)', expected: '(5)' },
    ],
    aborted: [ref(1)],
  },
  minimality: {
    preemptions: 0,
    fewerPreemptionsPass: true,
    fewerRun: 0,
    shrunk: false,
    smallerScenariosTried: 0,
    smallerScenariosExhausted: 0,
    certified: false,
  },
};

const stuck: Counterexample = {
  ...lostUpdate,
  setting: { ...setting, model: 'mutex-and-row-lock' },
  promise: undefined,
  history: new Told()
    .begin(1)
    .step(1, select + ' for update', ['alice'], rows(['balance'], [10]))
    .begin(2)
    .step(2, update, ['alice', 17])
    .blocked(2, 2, 1)
    .outside(1).history,
  answers: [[], []],
  violation: {
    kind: 'stuck',
    waits: [
      { session: 0, operation: 0, where: 'outside', by: [] },
      { session: 1, operation: 0, where: 'database', by: [0] },
    ],
  },
};

const invariant: Counterexample = {
  ...lostUpdate,
  violation: {
    kind: 'invariant',
    name: 'numbers are unique',
    complaint: 'revision 2 stands twice',
    observed: { answers: [[returned()], [returned()]], state: accounts(['alice', '2'], ['alice', '2']) },
  },
};

const specification: Counterexample = {
  ...lostUpdate,
  schedule: [],
  history: [],
  violation: { kind: 'specification', where: ref(0), specified: 16, answer: returned(15) },
  minimality: { ...lostUpdate.minimality, preemptions: 0 },
};

const abort: Counterexample = {
  ...lostUpdate,
  history: new Told()
    .begin(1)
    .step(1, update, ['alice', 1], done('UPDATE', 1))
    .begin(2)
    .step(2, update, ['bob', 1], done('UPDATE', 1))
    .step(1, update, ['bob', 1])
    .blocked(1, 3, 2)
    .step(2, update, ['alice', 1], error('40P01'))
    .returned(2, failed('40P01'))
    .unblocked(1, 3, done('UPDATE', 1))
    .returned(1).history,
  answers: [[returned()], [failed('40P01')]],
  violation: {
    kind: 'abort',
    where: ref(1),
    sqlstate: '40P01',
    observed: { answers: [[returned()], [failed('40P01')]], state: accounts() },
  },
};

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
  history: new Told()
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
  history: new Told()
    .begin(1)
    .step(1, 'lock table a', [], done('LOCK'))
    .begin(2)
    .step(2, 'lock table a', [], undefined, 1)
    .blocked(2, 2, 1)
    .step(2, 'lock table b', [], done('LOCK'), 2)
    .step(1, 'commit', [], done('COMMIT'))
    .unblocked(2, 2, done('LOCK')).history,
};

/** More sessions than can stand side by side. */
const manySessions: Counterexample = {
  ...lostUpdate,
  scenario: { rows: {}, sessions: Array.from({ length: 6 }, (_, index) => [call('deposit', index + 1)]) },
  history: new Told()
    .begin(1)
    .step(1, update, ['alice', 1], done('UPDATE', 1))
    .begin(6)
    .free(6, 'begin')
    .step(6, update, ['alice', 6])
    .blocked(6, 2, 1)
    .step(1, 'commit', [], done('COMMIT'))
    .returned(1, returned(1))
    .unblocked(6, 2, done('UPDATE', 1)).history,
  violation: {
    kind: 'invariant',
    name: 'sum',
    complaint: 'is 5',
    observed: { answers: [], state: state({}) },
  },
};

/** A step that sends nothing, only begins; a reply that comes late without a wait having been seen. */
const withoutStatement: Counterexample = {
  ...lostUpdate,
  scenario: {
    rows: {},
    sessions: [[call('deposit', 1), call('deposit', 2)], [call('deposit', 3)], [call('ping')]],
  },
  history: new Told()
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

/** Too many steps for a screen: every statement keeps to one line. */
const manySteps: Counterexample = {
  ...lostUpdate,
  history: Array.from({ length: 14 }, (_, round) => round).reduce((told, round) => {
    if (round === 0) told.begin(1);
    const query = 'select balance from accounts where name = $1 and kind = $2';
    told.step(1, query, ['alice', 'savings'], rows(['b'], [1]));
    if (round === 0) told.begin(2);
    return told.step(2, update, ['alice', 17], done('UPDATE', 1));
  }, new Told()).history,
};

export const stories: Readonly<Record<string, Counterexample>> = {
  'lost-update': lostUpdate,
  'lost-update-returned': lostUpdateReturned,
  'three-sessions': threeSessions,
  'several-operations': severalOperations,
  stuck,
  invariant,
  specification,
  abort,
  'awkward-text': awkwardText,
  pool,
  'many-sessions': manySessions,
  'many-steps': manySteps,
  'without-statement': withoutStatement,
  ...explained,
};
