/** A model says how it is to be checked, and what a check says itself wins. */
import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/check/resolve-options.ts';
import { cellsOf } from '../../../src/campaign/cells.ts';
import type { ModelFacts } from '../../../src/campaign/model-facts.ts';
import { defineModel } from '../../../src/core/define-model.ts';
import { levelsOf, type Model } from '../../../src/core/model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace } from '../../support/models.ts';

const engine = postgres();
const model = account(addInPlace, {
  check: {
    isolation: ['serializable', 'repeatable read'],
    order: 'real-time',
    sessions: { min: 2, max: 4 },
    maxOperations: 1,
  },
});

test('what it says is the default', () => {
  expect(resolveOptions({ engine }, model)).toMatchObject({
    isolation: 'serializable',
    order: 'real-time',
    minSessions: 2,
    maxSessions: 4,
    maxOperations: 1,
    grows: { sessions: false, operations: false },
  });
  const options = {
    engine,
    isolation: 'read committed',
    order: 'free',
    sessions: 3,
    maxOperations: 2,
  } as const;
  expect(resolveOptions(options, model)).toMatchObject({
    isolation: 'read committed',
    order: 'free',
    minSessions: 3,
    maxSessions: 3,
    maxOperations: 2,
  });
  expect(levelsOf(model)).toEqual(['serializable', 'repeatable read']);
  expect(levelsOf(account(addInPlace))).toEqual(['read committed']);
  expect(levelsOf(account(addInPlace, { check: { isolation: 'serializable' } }))).toEqual(['serializable']);
});

test('the command line has a cell for each level, unless levels are asked for', () => {
  const facts = { id: 'account', levels: levelsOf(model), order: 'real-time' } as unknown as ModelFacts;
  const cells = (settings: Pick<Parameters<typeof cellsOf>[0], 'isolation' | 'order'>) =>
    cellsOf({ engine: ['postgres'], ...settings }, [facts]).map(({ isolation, order }) => [isolation, order]);
  expect(cells({ isolation: undefined, order: undefined })).toEqual([
    ['serializable', 'real-time'],
    ['repeatable read', 'real-time'],
  ]);
  expect(cells({ isolation: ['read committed'], order: 'free' })).toEqual([['read committed', 'free']]);
});

test.each([
  [
    { isolation: 'snapshot' },
    '`isolation` in `check` must be of read committed, repeatable read, serializable',
  ],
  [{ order: 'any' }, '`order` in `check` must be of session, real-time, free'],
  [{ sessions: 0 }, '`sessions` and `maxOperations` in `check` must be whole numbers from 1'],
  [
    { numRuns: 5 },
    'the key "numRuns" is not known; there are isolation, order, sessions, maxOperations (in `check`)',
  ],
])('%j is refused', async (check, detail) => {
  const fault = await faultOf(() => defineModel({ ...model, check } as unknown as Model));
  expect(fault).toMatchObject({ code: 'bad-model', detail });
});
