/** Each name on a real race that shows it, and on a neighbour that must not get it: it passes, or has another name. */
import { afterAll, describe, expect, it } from 'vitest';
import { operation } from '../../../src/core/define-model.ts';
import type { Model } from '../../../src/core/model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { explained, type Race } from '../../support/race.ts';

const engine = postgres();
afterAll(() => engine.close());

const schema = 'create table t (id int primary key, n int not null)';
const rows = { t: [{ id: 1, n: 10 }, { id: 2, n: 20 }] }; // prettier-ignore
const tx = (...texts: string[]): string[] => ['begin', ...texts, 'commit'];
const read = (id: number): string => `select n from t where id = ${id}`;
const set = (id: number, n: number | string): string => `update t set n = ${n} where id = ${id}`;
const two = (
  a: readonly string[],
  b: readonly string[],
  order: readonly number[],
  more: Partial<Race> = {},
): Race => ({
  schema,
  rows,
  sessions: [[a], [b]],
  order,
  ...more,
});
const notUnique = { schema: 'create table t (id int, n int)', rows: {} };
const insertOnce = (n: number): string =>
  `insert into t select 3, ${n} where not exists (select from t where id = 3)`;
const countAtTwenty = 'select count(*)::int as count from t where n >= 20';

const abortedUpdate = [tx(read(1), set(1, 11)), tx(read(1), set(1, 12)), [0, 1, 0, 0, 1, 1]] as const;
/** Operations that catch every error and return its code. */
const telling: Partial<Model> = {
  operations: {
    run: operation<readonly string[]>({
      run: async ({ client }, ...texts) => {
        try {
          for (const text of texts) await client.query(text);
          return 'done';
        } catch (error) {
          await client.query('rollback');
          return (error as { code?: string }).code;
        }
      },
    }),
  },
};
/** Within its transaction each inserts two rows, in turn: physically they lie in turn, too. */
const insertsAndRead = [[], [], [0, 1, 0, 1, 0, 1, 2]] as const;
const three: Race['sessions'] = [
  [tx('insert into t values (1, 1)', 'insert into t values (2, 2)')],
  [tx('insert into t values (3, 3)', 'insert into t values (4, 4)')],
  [['select id from t']],
];
const sorted = (calls: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  calls.map((texts) => texts.map((text) => text.replace('select id from t', 'select id from t order by id')));

interface Shown {
  readonly code: string;
  readonly race: Race;
  readonly edges: readonly string[];
  /** Undefined where it passes. */
  readonly neighbour: Race;
  readonly neighbourCode: string | undefined;
}

const cases: Readonly<Record<string, Shown>> = {
  'lost update': {
    code: 'P4',
    race: two(tx(read(1), set(1, 11)), tx(read(1), set(1, 12)), [0, 1, 0, 0, 1, 1]),
    edges: ['rw', 'ww'],
    // It overwrites another row than the one that it read.
    neighbour: two(tx(read(1), set(2, 21)), tx(set(1, 11), set(2, 22)), [0, 1, 1, 1, 0, 0]),
    neighbourCode: 'G-single',
  },
  'non-repeatable read': {
    code: 'P2',
    race: two(tx(read(1), read(1)), [set(1, 11)], [0, 1, 0, 0]),
    edges: ['rw', 'wr'],
    neighbour: two(tx(read(1), read(2)), tx(set(1, 11), set(2, 22)), [0, 1, 1, 1, 0, 0]),
    neighbourCode: 'G-single',
  },
  'predicate-many-preceders': {
    code: 'PMP',
    race: two(tx(countAtTwenty, countAtTwenty), ['insert into t values (3, 30)'], [0, 1, 0, 0]),
    edges: ['rw', 'wr'],
    neighbour: two(tx(countAtTwenty, countAtTwenty), ['insert into t values (3, 3)'], [0, 1, 0, 0]),
    neighbourCode: undefined,
  },
  'read skew': {
    code: 'G-single',
    race: two(tx(read(1), read(2)), tx(set(1, 11), set(2, 22)), [0, 1, 1, 1, 0, 0]),
    edges: ['rw', 'wr'],
    neighbour: two(tx(read(1), read(2)), tx(set(1, 11), set(2, 22)), [0, 1, 1, 0, 1, 0]),
    neighbourCode: undefined,
  },
  'write skew': {
    code: 'G2-item',
    race: two(tx(read(1), set(2, 21)), tx(read(2), set(1, 11)), [0, 1, 0, 1, 0, 1], {
      isolation: 'repeatable read',
    }),
    edges: ['rw', 'rw'],
    neighbour: two(tx(read(1), set(2, 21)), tx(read(2), set(1, 11)), [0, 1, 0, 1, 0, 1], {
      isolation: 'serializable',
    }),
    neighbourCode: undefined,
  },
  phantom: {
    code: 'G2',
    race: two(
      tx(countAtTwenty, 'insert into t values (3, 30)'),
      tx(countAtTwenty, 'insert into t values (4, 40)'),
      [0, 1, 0, 1, 0, 1],
    ),
    edges: ['rw', 'rw'],
    neighbour: two(
      tx('select n from t where id = 3', 'insert into t values (4, 40)'),
      tx('select n from t where id = 4', 'insert into t values (5, 50)'),
      [0, 1, 0, 1, 0, 1],
    ),
    neighbourCode: undefined,
  },
  'duplicate from check-then-insert': {
    code: 'duplicate',
    race: two(
      ['select n from t where n = 7', 'insert into t values (1, 7)'],
      ['select n from t where n = 7', 'insert into t values (2, 7)'],
      [0, 1, 0, 1],
      notUnique,
    ),
    edges: ['rw', 'rw'],
    // The checks found a row: what they looked for was not that there is none.
    neighbour: two(
      ['select n from t where n = 7', 'insert into t values (1, 7)'],
      ['select n from t where n = 7', 'insert into t values (2, 7)'],
      [0, 1, 0, 1],
      { ...notUnique, rows: { t: [{ id: 9, n: 7 }] } },
    ),
    neighbourCode: 'G2',
  },
  'constraint error that no serial order gives': {
    code: 'constraint-error',
    race: two(tx(read(3), insertOnce(1)), tx(read(3), insertOnce(2)), [0, 1, 0, 0, 1, 1], {
      isolation: 'repeatable read',
    }),
    edges: ['rw', 'wr'],
    neighbour: two(['insert into t values (3, 1)'], ['insert into t values (3, 2)'], [0, 1]),
    neighbourCode: undefined,
  },
  'partial effect of an aborted operation': {
    code: 'partial-effect',
    race: two(
      [set(2, 99), 'begin isolation level repeatable read', read(1), set(1, 11), 'commit'],
      [set(1, 12)],
      [0, 0, 1, 0, 0],
    ),
    edges: [],
    neighbour: two(
      ['begin isolation level repeatable read', read(1), set(2, 99), set(1, 11), 'commit'],
      [set(1, 12)],
      [0, 1, 0, 0, 0],
    ),
    neighbourCode: undefined,
  },
  'dirty write': {
    code: 'G0',
    race: two([set(1, 11), set(2, 21)], [set(1, 12), set(2, 22)], [0, 1, 1, 0]),
    edges: ['ww', 'ww'],
    neighbour: two(tx(set(1, 11), set(2, 21)), tx(set(1, 12), set(2, 22)), [0, 1, 0, 0, 1, 1]),
    neighbourCode: undefined,
  },
  'intermediate read': {
    code: 'G1b',
    race: two([set(1, 11), set(1, 12)], [read(1)], [0, 1, 0]),
    edges: ['wr'],
    neighbour: two(tx(set(1, 11), set(1, 12)), [read(1)], [0, 1, 0, 0]),
    neighbourCode: undefined,
  },
  'circular information flow': {
    code: 'G1c',
    race: two([set(1, 11), read(2)], [read(1), set(2, 22)], [0, 1, 1, 0]),
    edges: ['wr', 'wr'],
    neighbour: two(tx(set(1, 11), read(2)), tx(read(1), set(2, 22)), [0, 1, 1, 0, 1, 0]),
    neighbourCode: 'G2-item',
  },
  'stale read': {
    code: 'stale',
    race: {
      schema,
      rows,
      sessions: [[[set(1, 11)]], [['begin isolation level repeatable read', read(2)], [read(1)]]],
      order: [1, 0, 1],
      orders: 'real-time',
    },
    edges: ['rw'],
    neighbour: {
      schema,
      rows,
      sessions: [[[set(1, 11)]], [['begin isolation level repeatable read', read(2)], [read(1)]]],
      order: [1, 0, 1],
    },
    neighbourCode: undefined,
  },
  'forbidden abort': {
    code: 'abort',
    race: two(tx(read(1), set(1, 11)), tx(read(1), set(1, 12)), [0, 1, 0, 0, 1], {
      isolation: 'repeatable read',
      model: { allowAborts: false },
    }),
    edges: [],
    neighbour: two(tx(read(1), set(1, 11)), tx(read(1), set(1, 12)), [0, 1, 0, 0, 1], {
      isolation: 'repeatable read',
    }),
    neighbourCode: undefined,
  },
  'invariant broken': {
    code: 'invariant',
    race: two([set(1, 11)], [read(2)], [0, 1], { model: { invariants: { small: () => 'too large' } } }),
    edges: [],
    // Where a race breaks it, the race has the name.
    neighbour: two(tx(read(1), set(1, 11)), tx(read(1), set(1, 12)), [0, 1, 0, 0, 1, 1], {
      model: { invariants: { small: () => 'too large' } },
    }),
    neighbourCode: 'P4',
  },
  'abort told as a result': {
    code: 'swallowed-abort',
    race: two(...abortedUpdate, { isolation: 'repeatable read', model: telling }),
    edges: [],
    // The same abort, told as what it is, is allowed.
    neighbour: two(...abortedUpdate, { isolation: 'repeatable read' }),
    neighbourCode: undefined,
  },
  'refused lock seen': {
    code: 'lock-refused',
    race: two(tx(`${read(1)} for update`), [`${read(1)} for update nowait`], [0, 1, 0]),
    edges: [],
    neighbour: two(tx(`${read(1)} for update`), [`${read(1)} for update`], [0, 1, 0]),
    neighbourCode: undefined,
  },
  'rows in another order': {
    code: 'row-order',
    race: two(...insertsAndRead, { ...notUnique, sessions: three }),
    edges: [],
    neighbour: two(...insertsAndRead, { ...notUnique, sessions: three.map(sorted) }),
    neighbourCode: undefined,
  },
  unclassified: {
    code: 'unclassified',
    // An advisory lock is no row: what they read of each other stands in no version.
    race: two(
      tx('select pg_try_advisory_xact_lock(1)', read(1)),
      tx('select pg_try_advisory_xact_lock(1)', read(2)),
      [0, 1, 0, 0, 1, 1],
    ),
    edges: [],
    neighbour: two(
      tx('select pg_advisory_xact_lock(1)', read(1)),
      tx('select pg_advisory_xact_lock(1)', read(2)),
      [0, 1],
    ),
    neighbourCode: undefined,
  },
};

describe.each(Object.entries(cases))('%s', (name, { code, race, edges, neighbour, neighbourCode }) => {
  it('has its name, and the edges that prove it', async () => {
    const explanation = await explained(engine, race);
    expect(explanation?.anomaly).toEqual({ code, name });
    expect(explanation?.evidence.map(({ kind }) => kind)).toEqual(edges);
  });

  it('is not what its neighbour is called', async () => {
    const explanation = await explained(engine, neighbour);
    expect(explanation?.anomaly.code).toBe(neighbourCode);
  });
});

it('a lost update, edge by edge, with the pair of steps that decides and the sentences', async () => {
  const explanation = await explained(engine, cases['lost update']?.race as Race);
  const [s1, s2] = [{ session: 0, operation: 0 }, { session: 1, operation: 0 }]; // prettier-ignore
  const of = { table: 't', predicate: undefined };
  const version = (n: number) => ({ id: '1', n: String(n) });
  expect(explanation?.evidence).toEqual([
    { ...of, kind: 'rw', from: s2, to: s1, fromStep: 1, toStep: 2, before: version(10), after: version(11) },
    { ...of, kind: 'ww', from: s1, to: s2, fromStep: 2, toStep: 4, before: version(11), after: version(12) },
  ]);
  expect(explanation?.racingPair).toEqual({
    first: { session: 1, step: 1 },
    second: { session: 0, step: 3 },
  });
  expect(explanation?.sentences).toEqual([
    's2 read t (1, 10) in step 2, before s1 wrote (1, 11) in step 3 (rw)',
    's2 overwrote that with (1, 12) in step 5 (ww), so what s1 wrote is lost',
    'it passes if step 4 (s1) comes before step 2 (s2)',
  ]);
});
