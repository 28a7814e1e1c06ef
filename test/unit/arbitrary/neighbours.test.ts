import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scenarioArbitrary } from '../../../src/arbitrary/scenario.ts';
import { defineModel, operation } from '../../../src/core/define-model.ts';
import type { Model, Row } from '../../../src/core/model.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { changeText } from '../../../src/report/neighbour-text.ts';
import { call } from '../../support/bench.ts';

const bounds = { minSessions: 2, maxSessions: 3, maxOperations: 2 };
const model = (rows: Model['rows'], plan: fc.Arbitrary<string> = fc.constantFrom('a', 'b')): Model =>
  defineModel({
    name: 'm',
    schema: 'create table t (id int)',
    ...(rows === undefined ? {} : { rows }),
    operations: {
      f: operation({
        arguments: [fc.integer({ min: 1, max: 9 }), plan],
        run: async (_session, _number, _plan) => {},
      }),
      g: operation({ run: async () => {} }),
    },
  });
const described = (of: Model, scenario: Scenario): readonly string[] =>
  scenarioArbitrary(of, bounds)
    .neighbourhood(scenario)
    .neighbours.map(
      ({ change, scenario: { rows, sessions } }) =>
        `${changeText(change)}: ${sessions.map((calls) => calls.map(({ operation: name, args }) => `${name}${args.join('')}`).join(' ')).join('|')} ${(rows['t'] ?? []).map(({ id }) => String(id)).join('')}`,
    );
const ids = (...list: readonly number[]): { readonly t: readonly Row[] } => ({
  t: list.map((id) => ({ id })),
});
const rowsOfIds = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }).map(
  (list) => ids(...list),
  (value) => ((value as { t?: { id: number }[] }).t ?? []).map(({ id }) => id),
);

test('each part, largest first, and each once', () => {
  expect(
    described(model(rowsOfIds), { rows: ids(0, 2), sessions: [[call('g'), call('f', 3, 'b')], [call('g')]] }),
  ).toEqual([
    'without session s1: g 02',
    'without session s2: g f3b 02',
    'without operation 1 of s1 (g): f3b|g 02',
    'without operation 2 of s1 (f): g|g 02',
    'without row 1 of t: g f3b|g 2',
    'without row 2 of t: g f3b|g 0',
    'with simpler starting rows: g f3b|g 01',
    'with a simpler argument 1 of s1 f: g f1b|g 02',
    'with a simpler argument 1 of s1 f: g f2b|g 02',
    'with a simpler argument 2 of s1 f: g f3a|g 02',
  ]);
});

test('two sessions that do the same: leaving out either is one neighbour', () => {
  expect(described(model(undefined), { rows: {}, sessions: [[call('g')], [call('g')]] })).toEqual([
    'without session s1: g ',
  ]);
});

test('rows that the model cannot start from are no neighbours', () => {
  const one = { rows: ids(0), sessions: [[call('g')]] };
  expect(described(model(rowsOfIds), one)).toEqual([]);
  expect(described(model(ids(0)), one)).toEqual([]);
});

test('what cannot be made simpler is said', () => {
  const chosen = fc.constantFrom('a', 'b').map((letter) => letter.toUpperCase());
  const opaque = scenarioArbitrary(
    model(
      fc.constantFrom(1, 2).map((id) => ids(id)),
      chosen,
    ),
    bounds,
  );
  const { neighbours, opaque: changes } = opaque.neighbourhood({
    rows: ids(2),
    sessions: [[call('f', 1, 'B')], [call('g')]],
  });
  expect(neighbours.map(({ change }) => change.kind)).toEqual(['session', 'session']);
  expect(changes).toEqual([
    { kind: 'value' },
    { kind: 'argument', session: 0, operation: 0, name: 'f', argument: 1 },
  ]);
  // What it has drawn itself, it can simplify.
  fc.sample(opaque, { numRuns: 50, seed: 1 });
  const known = opaque.neighbourhood({ rows: ids(2), sessions: [[call('f', 1, 'B')], [call('g')]] });
  expect(known.opaque).toEqual([]);
  expect(known.neighbours.slice(2).map(({ change }) => changeText(change))).toEqual([
    'with simpler starting rows',
    'with a simpler argument 2 of s1 f',
  ]);
});
