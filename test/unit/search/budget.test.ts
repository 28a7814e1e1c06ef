/** Without a number of scenarios a check spends a budget of schedules: small scenarios bring many of them. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { lockstepProperty } from '../../../src/check/property.ts';
import { operation } from '../../../src/core/define-model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { coverageTexts } from '../../../src/report/coverage-text.ts';
import { modelOf } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

/** Two sessions that happen to take the same one of 300 slugs: then the check before the insert races. */
const slugs = modelOf(
  'create table page (slug int not null)',
  {},
  {
    operations: {
      publish: operation({
        arguments: [fc.constantFrom(...Array.from({ length: 300 }, (_, index) => index))],
        run: async ({ client }, slug) => {
          const { rowCount } = await client.query('select from page where slug = $1', [slug]);
          if (rowCount === 0) await client.query('insert into page values ($1)', [slug]);
          return rowCount;
        },
      }),
    },
  },
);

test('a race that few scenarios have is found by default, and its path leads straight to it', async () => {
  for (const seed of [1, 2]) {
    const few = await check(slugs, { engine, seed, numRuns: 20 });
    expect([few.verdict, few.coverage.drawn]).toEqual(['holds', 20]);
    const found = await check(slugs, { engine, seed, certify: false });
    expect(found.verdict).toBe('violated');
    expect(Number(found.path?.split(':')[0])).toBeGreaterThanOrEqual(20);
    const again = await check(slugs, { engine, seed, path: found.path ?? '', certify: false });
    expect(again.counterexample?.scenario).toEqual(found.counterexample?.scenario);
    expect(again.coverage.drawn).toBe(1);
  }
});

const visits = modelOf('create table visits (count int); insert into visits values (0)', {
  visit: async ({ client }) => void (await client.query('update visits set count = count + 1')),
});

test('when nothing new comes it ends, and says what was dropped', async () => {
  const { coverage } = await check(visits, { engine, seed: 1, sessions: 2, maxOperations: 1 });
  // Batches of twenty until a hundred draws in a row brought nothing.
  expect(coverage).toMatchObject({ drawn: 120, duplicates: 119, scenarios: 1, exhaustive: 1 });
});

test('a number of scenarios is kept, and what they were is said', async () => {
  const result = await check(visits, { engine, seed: 1, sessions: 2, numRuns: 20 });
  expect(result.coverage).toMatchObject({ drawn: 20, duplicates: 16, scenarios: 4 });
  expect(coverageTexts(result)[0]).toContain('20 scenarios drawn, 16 dropped as duplicates; ');
});

test('the budget can be set, and scenarios grow when small ones are exhausted', async () => {
  const run = (seed: number) => check(visits, { engine, seed, maxOperations: 1, maxTotalSchedules: 20 });
  const { coverage } = await run(5);
  // Two sessions have 2 schedules, three have 6, and four, which come from the 321st draw on, 24.
  expect(coverage.scenarios).toBe(3);
  expect(coverage.schedules).toBeGreaterThanOrEqual(20);
  expect(coverage.drawn).toBeGreaterThan(320);
  expect((await run(5)).coverage).toEqual(coverage);
});

describe('after enough schedules without news', () => {
  test('no other scenario is begun', async () => {
    const run = (more: { readonly maxSchedulesWithoutNews?: number; readonly lanes?: number }) =>
      check(slugs, { engine, seed: 1, sessions: 2, numRuns: 60, ...more });
    const whole = await run({});
    expect(whole.coverage).not.toHaveProperty('stoppedWithoutNews');
    const result = await run({ maxSchedulesWithoutNews: 10 });
    const { coverage } = result;
    // A glance has at most 16 schedules.
    expect(coverage.stoppedWithoutNews).toBeGreaterThanOrEqual(10);
    expect(coverage.stoppedWithoutNews).toBeLessThan(26);
    expect(coverage.scenarios).toBeLessThan(whole.coverage.scenarios / 2);
    expect(coverageTexts(result)[0]).toMatch(
      /no other scenario was begun, since [12]\d schedules in a row showed nothing new; /,
    );
    // The same whoever searched ahead.
    const onTwo = await run({ maxSchedulesWithoutNews: 10, lanes: 2 });
    expect({ ...onTwo.coverage, learned: 0 }).toEqual({ ...coverage, learned: 0 });
  });

  test('no scenario goes on', async () => {
    const run = (maxSchedulesWithoutNews?: number, lanes = 1) =>
      check(slugs, {
        engine,
        seed: 1,
        sessions: 3,
        maxOperations: 2,
        numRuns: 6,
        maxSchedules: 60,
        reduction: false,
        lanes,
        ...(maxSchedulesWithoutNews !== undefined && { maxSchedulesWithoutNews }),
      });
    const { coverage: whole } = await run();
    const { coverage } = await run(100);
    expect(coverage.scenarios).toBe(whole.scenarios);
    expect(coverage).not.toHaveProperty('stoppedWithoutNews');
    expect(coverage.schedules).toBeLessThan(whole.schedules);
    // What is searched ahead on another lane does not decide how far it goes.
    expect({ ...(await run(100, 2)).coverage, learned: 0 }).toEqual({ ...coverage, learned: 0 });
  });

  test('a property that searches each scenario by itself goes on while there is news', async () => {
    let schedules = 0;
    const property = lockstepProperty(slugs, {
      engine,
      sessions: 3,
      maxSchedules: 60,
      reduction: false,
      maxSchedulesWithoutNews: 4,
      onProgress: (progress) => (schedules = progress.schedules),
    });
    await fc.assert(property, { numRuns: 1, seed: 1 });
    expect(schedules).toBeGreaterThan(4);
    expect(schedules).toBeLessThan(60);
  });
});
