/** The plan of the main job: what is run first, and where a search may end early. */
import { expect, test } from 'vitest';
import { optionsOf, planOf } from '../../../src/cli/main-job/plan.ts';
import type { ModelFacts } from '../../../src/campaign/model-facts.ts';
import { isolationLevels } from '../../../src/core/isolation.ts';
import type { Model } from '../../../src/core/model.ts';

function facts(variant: string, kind: Model['kind'], expected: Model['expected']): ModelFacts {
  return {
    id: `bank/${variant}`,
    name: 'bank',
    variant,
    kind,
    expected,
    levels: isolationLevels,
    order: 'session',
    file: 'models/bank.ts',
    absolute: '/models/bank.ts',
  } as unknown as ModelFacts;
}

const held = {
  'read committed': 'holds',
  'repeatable read': 'holds',
  serializable: 'holds',
  pglite: 'holds',
} as const;
const models = [
  facts('mended', 'mended', held),
  facts('tempting', 'tempting', { ...held, 'repeatable read': 'violated' }),
  facts('reported', 'reported', { ...held, 'read committed': 'violated' }),
];
const plan = planOf(models);
const cellOf = (variant: string, isolation: string) => {
  const cell = plan.find((each) => each.model.variant === variant && each.isolation === isolation);
  if (cell === undefined) throw new Error('no such cell');
  return cell;
};

test('races come first, the reported one before the others, and what Postgres itself prevents comes last', () => {
  expect(plan).toHaveLength(12);
  const variants = plan.map(({ model }) => model.variant);
  expect(variants.slice(0, 2)).toEqual(['reported', 'tempting']);
  expect(variants.slice(2, 6)).toEqual(['mended', 'mended', 'mended', 'mended']);
});

test('a declared race is looked for until it is found: nothing else ends that search', () => {
  const options = optionsOf(cellOf('reported', 'read committed'), 2);
  expect(options).not.toHaveProperty('maxSchedulesWithoutNews');
  expect(options).not.toHaveProperty('maxTotalSchedules');
});

test('a search that should find nothing ends without news; what the level prevents is searched less', () => {
  const mended = optionsOf(cellOf('mended', 'read committed'), 2);
  const prevented = optionsOf(cellOf('reported', 'serializable'), 2);
  expect(mended.maxSchedulesWithoutNews).toBeGreaterThanOrEqual(30);
  expect(prevented.maxSchedulesWithoutNews).toBe(mended.maxSchedulesWithoutNews);
  expect(prevented.maxTotalSchedules).toBeLessThan(mended.maxTotalSchedules ?? 0);
});
