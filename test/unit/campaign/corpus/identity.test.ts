/** A race is known by what it is. */
import { expect, test } from 'vitest';
import { idOf, identityOf } from '../../../../src/campaign/corpus/identity.ts';
import { raceShape } from '../../../../src/campaign/corpus/race-shape.ts';
import { recorded } from '../../../support/recorded.ts';
import { identity } from './entries.ts';

test('every recorded race has an identity of its own, and one race that was recorded three times has one', () => {
  const ids = Object.entries(recorded).map(([name, race]) => [name, idOf(identityOf(race))] as const);
  expect(ids.every(([, id]) => /^[0-9a-f]{10}$/.test(id))).toBe(true);
  const several = ids.filter(([, id]) => ids.filter(([, other]) => other === id).length > 1);
  expect(several.map(([name]) => name).toSorted()).toEqual([
    'lost-update',
    'lost-update-returned',
    'minimal-lost-update',
  ]);
});

test('the id is part of committed files: it does not change', () => {
  expect(idOf(identity)).toBe('b6a5f87a72');
});

test('arguments, rows, the schedule and the number of tries are not part of it', () => {
  for (const race of Object.values(recorded)) {
    const { scenario } = race;
    const sessions = scenario.sessions
      .map((calls) => calls.map((call) => ({ ...call, args: [7] })))
      .toReversed();
    const other = {
      ...race,
      scenario: { rows: {}, sessions },
      schedule: [],
      replay: 'v1:',
      minimality: undefined,
    };
    expect(identityOf(other as unknown as typeof race)).toEqual(identityOf(race));
  }
});

test.each([
  { model: 'bank/other' },
  { driver: 'pglite' },
  { isolation: 'serializable' },
  { kind: 'stuck' },
  { operations: ['deposit'] },
  { operations: ['deposit', 'report'] },
  { anomaly: 'G2' },
  { pair: undefined },
  { pair: [...(identity.pair ?? [])].reverse() as [string, string] },
  { tables: [] },
] as const)('what it is decides: %j', (more) => {
  expect(idOf({ ...identity, ...more })).not.toBe(idOf(identity));
});

test('the order in which names are listed does not', () => {
  const operations = ['b', 'a'];
  expect(idOf({ ...identity, operations, tables: operations })).toBe(
    idOf({ ...identity, operations: ['a', 'b'], tables: ['a', 'b'] }),
  );
});

test.each([
  ['select a\n  from t\n  where b = $1', "select a from t where b = 'x'"],
  ['select a from t where b in ($1, $2)', 'select a from t where b in ($1,$2,$3)'],
  ['select a from t where b in (1)', 'select a from t where b in (1, 2)'],
  ['insert into t values ($1, $2)', 'insert into t values ($1, $2), ($3, $4), ($5, $6)'],
])('one statement of the code: %j and %j', (one, other) => {
  expect(raceShape(one)).toBe(raceShape(other));
});

test.each([
  ['select a from t where b = $1', 'select a from t where c = $1'],
  ['select a from t', 'select a from t for update'],
  ['select a, b from t', 'select a from t'],
])('two statements: %j and %j', (one, other) => {
  expect(raceShape(one)).not.toBe(raceShape(other));
});
