/** What became of the rows of each step, by the record of real executions. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { fatesOf } from '../../../src/footprint/fates.ts';
import { Bench, inOrder, sql } from '../../support/bench.ts';

const driver = postgres();
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open(driver, {
    schema: 'create table t (n int unique deferrable initially deferred)',
    rows: { t: [{ n: 0 }] },
  });
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

const insert = (n: number): string => `insert into t values (${n})`;
const swapped = 'update t set n = 5 where n = 0';

// Steps count from 0; BEGIN and SAVEPOINT are none.
test.each<[texts: readonly string[], published: Record<number, number>, undone: Record<number, number>]>([
  [[insert(1), insert(2)], { 0: 0, 1: 1 }, {}],
  [['begin', insert(1), insert(2), 'commit'], { 0: 2, 1: 2, 2: 2 }, {}],
  [['begin', insert(1), 'rollback', insert(2)], { 2: 2 }, { 0: 1, 1: 1 }],
  [['begin', insert(1), 'commit and chain', insert(2), 'rollback'], { 0: 1, 1: 1 }, { 2: 3, 3: 3 }],
  [['begin', insert(1), 'savepoint a', insert(2), 'rollback to a', insert(3), 'commit'], { 0: 4, 3: 4, 4: 4 }, { 1: 2 }],
  [['begin', 'savepoint a', insert(1), 'savepoint b', insert(2), 'rollback to a', 'commit'], { 3: 3 }, { 0: 2, 1: 2 }],
  [['begin', insert(1), 'begin', insert(2), 'commit'], { 0: 2, 1: 2, 2: 2 }, {}],
  [[`begin; ${insert(1)}`, insert(2), 'commit'], { 0: 2, 1: 2, 2: 2 }, {}],
  [['begin', insert(0), 'commit'], {}, { 0: 1, 1: 1 }],
  [['begin', insert(1)], {}, {}],
])('%j', async (texts, published, undone) => {
  const { history } = await bench.run([[sql(...texts)]]);
  const fates = fatesOf(history);
  expect(Object.fromEntries(fates.published)).toEqual(published);
  expect(Object.fromEntries(fates.undone)).toEqual(undone);
}); // prettier-ignore

test('rows of a statement that waited are published in the step in which its reply came', async () => {
  const { history } = await bench.run(
    [[sql('begin', swapped, 'commit')], [sql('update t set n = 7')]],
    inOrder(0, 1, 0),
  );
  expect(Object.fromEntries(fatesOf(history).published)).toEqual({ 0: 2, 1: 2, 2: 2 });
});
