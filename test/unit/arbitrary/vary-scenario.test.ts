/** Variations of scenarios keep to the bounds, and reach what fresh ones reach. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fits, ScenarioSource } from '../../../src/arbitrary/vary-scenario.ts';
import { defineModel, operation } from '../../../src/core/define-model.ts';
import { canonicalText } from '../../../src/core/plain.ts';
import { callCount } from '../../../src/core/scenario.ts';
import { randomFrom } from '../../../src/strategy/random.ts';
import { call } from '../../support/bench.ts';

const bounds = { minSessions: 2, maxSessions: 3, maxOperations: 2 };
const model = defineModel({
  name: 'm',
  schema: 'create table t (id int)',
  rows: fc
    .array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 })
    .map((ids) => ({ t: ids.map((id) => ({ id })) })),
  operations: {
    f: operation({ arguments: [fc.integer({ min: 1, max: 3 })], run: async (_session, _number) => {} }),
    g: operation({ run: async () => {} }),
  },
});
const source = (seed: string): ScenarioSource => new ScenarioSource(model, bounds, randomFrom(seed));

test('they keep to the bounds, however long they are varied', () => {
  const varying = source('bounds');
  let scenario = varying.fresh();
  const sizes = new Set<string>();
  for (let round = 0; round < 3_000; round += 1) {
    scenario = varying.vary(scenario);
    const { sessions } = scenario;
    expect(sessions.length).toBeGreaterThanOrEqual(bounds.minSessions);
    expect(fits(scenario, bounds)).toBe(true);
    for (const calls of sessions) {
      expect(calls.length).toBeGreaterThan(0);
      for (const { operation: name, args } of calls) expect(args).toHaveLength(name === 'f' ? 1 : 0);
    }
    sizes.add(`${sessions.length} ${callCount(scenario)}`);
  }
  expect(sizes).toEqual(new Set(['2 2', '2 3', '2 4', '3 3', '3 4', '3 5', '3 6']));
});

test('one variation changes an argument, a call, the rows, a length, or has one session repeat another', () => {
  const varying = source('changes');
  const before = { rows: {}, sessions: [[call('f', 1), call('g')], [call('g')]] };
  const texts = new Set(Array.from({ length: 3_000 }, () => canonicalText(varying.vary(before).sessions)));
  const expected = [
    [[call('f', 2), call('g')], [call('g')]],
    [[call('f', 1)], [call('g')]],
    [
      [call('f', 1), call('g')],
      [call('g'), call('f', 3)],
    ],
    [
      [call('f', 1), call('g')],
      [call('f', 1), call('g')],
    ],
    [
      [call('f', 1), call('g')],
      [call('g'), call('g')],
    ],
    [[call('f', 1), call('g')], [call('g')], [call('g')]],
  ];
  for (const sessions of expected) expect(texts).toContain(canonicalText(sessions));
  const rows = new Set(Array.from({ length: 300 }, () => canonicalText(varying.vary(before).rows)));
  expect(rows.size).toBeGreaterThan(3);
});

test('the same seed makes the same', () => {
  const [one, other] = [source('same'), source('same')];
  for (let round = 0; round < 50; round += 1) {
    const scenario = one.fresh();
    expect(other.fresh()).toEqual(scenario);
    expect(other.vary(scenario)).toEqual(one.vary(scenario));
  }
});
