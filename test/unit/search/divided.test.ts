/** The exhaustive search of one scenario by several executors: the same classes and outcomes as by one. */
import { afterAll, expect, test } from 'vitest';
import type { Model, Session } from '../../../src/core/model.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { Trial } from '../../../src/lab/trial.ts';
import { budgetOf } from '../../../src/search/budget.ts';
import { exhaustDivided } from '../../../src/search/divided.ts';
import { exhaust } from '../../../src/search/exhaust.ts';
import { runLeads, type LeadExecutor } from '../../../src/search/leads.ts';
import { account, addInPlace, modelOf } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());
const isolation = 'read committed';
const open = (model: Model): Promise<Lab> => Lab.open(model, { engine, isolation });

/** Counters that sessions raise in different orders. */
const counters = modelOf(
  'create table counters (id int primary key, value int not null); insert into counters values (1, 0), (2, 0)',
  Object.fromEntries(
    [
      [1, 2],
      [2, 1],
    ].map((ids) => [
      `raise_${ids.join('_')}`,
      async ({ client }: Session) => {
        for (const id of [...ids, 1])
          await client.query('update counters set value = value + 1 where id = $1', [id]);
      },
    ]),
  ),
);
const call = (operation: string) => ({ operation, args: [] });
const large: Scenario = {
  rows: {},
  sessions: [[call('raise_1_2')], [call('raise_2_1')], [call('raise_1_2')]],
};

/** Executors on labs of their own, and how many leads each ran. */
async function executors(model: Model, scenario: Scenario, count: number) {
  const labs: Lab[] = [];
  while (labs.length < count) labs.push(await open(model));
  const ran = labs.map(() => 0);
  const list = await Promise.all(
    labs.map(async (lab, index): Promise<LeadExecutor> => {
      const trial = await Trial.on(lab, scenario);
      return {
        run: async (leads) => {
          const found = await runLeads(trial, leads, () => false);
          ran[index] = (ran[index] ?? 0) + found.ran.length;
          // As from another process.
          return structuredClone(found);
        },
      };
    }),
  );
  return { list, ran, close: () => Promise.all(labs.map((lab) => lab.close())) };
}

test('as many classes as one process counts, each counted once', async () => {
  const lab = await open(counters);
  const alone = await exhaust(await Trial.on(lab, large), budgetOf(Infinity));
  const { list, ran, close } = await executors(counters, large, 3);
  const divided = await exhaustDivided(await Trial.on(lab, large), budgetOf(Infinity), list);
  await Promise.all([close(), lab.close()]);
  expect(alone.exhausted).toBe(true);
  expect(alone.classes).toBeGreaterThan(70);
  const { exhausted, classes, schedules, failure, inconclusive } = divided;
  expect({ exhausted, classes, schedules, failure, inconclusive }).toEqual({
    exhausted: true,
    classes: alone.classes,
    schedules: alone.schedules,
    failure: undefined,
    inconclusive: undefined,
  });
  expect(divided.tally).toEqual(alone.tally);
  expect(ran.every((count) => count > 0)).toBe(true);
});

test('a small scenario is not divided', async () => {
  const model = account(addInPlace);
  const scenario: Scenario = {
    rows: { account: [{ id: 1, balance: 10 }] },
    sessions: [[{ operation: 'deposit', args: [1] }], [{ operation: 'deposit', args: [2] }]],
  };
  const lab = await open(model);
  let asked = 0;
  const executor: LeadExecutor = {
    run: () => {
      asked += 1;
      return Promise.reject(new Error('asked'));
    },
  };
  const found = await exhaustDivided(await Trial.on(lab, scenario), budgetOf(Infinity), [executor]);
  await lab.close();
  expect([found.exhausted, asked]).toEqual([true, 0]);
});

test('an executor that fails leaves its part to the others; the last one ends the search', async () => {
  const lab = await open(counters);
  const { list, close } = await executors(counters, large, 1);
  const failing: LeadExecutor = { run: () => Promise.reject(new Error('gone')) };
  const one = await exhaustDivided(await Trial.on(lab, large), budgetOf(Infinity), [failing, ...list]);
  expect(one.exhausted).toBe(true);
  const none = exhaustDivided(await Trial.on(lab, large), budgetOf(Infinity), [failing, failing]);
  await expect(none).rejects.toThrow('gone');
  await Promise.all([close(), lab.close()]);
});

test('what an executor did not run, since it was stopped, is run by others', async () => {
  const lab = await open(counters);
  const { list, close } = await executors(counters, large, 2);
  const [first, second] = list as [LeadExecutor, LeadExecutor];
  let stopped = 0;
  const lazy: LeadExecutor = {
    run: async (leads) => {
      stopped += 1;
      const found = await first.run(leads.slice(0, 1));
      return stopped < 4 ? found : { ...found, ran: [] };
    },
  };
  const alone = await exhaust(await Trial.on(lab, large), budgetOf(Infinity));
  const divided = await exhaustDivided(await Trial.on(lab, large), budgetOf(Infinity), [lazy, second]);
  await Promise.all([close(), lab.close()]);
  expect(stopped).toBe(4);
  expect([divided.exhausted, divided.classes]).toEqual([true, alone.classes]);
});

test('the budget ends it', async () => {
  const lab = await open(counters);
  const { list, close } = await executors(counters, large, 2);
  const found = await exhaustDivided(await Trial.on(lab, large), budgetOf(70), list);
  await Promise.all([close(), lab.close()]);
  expect(found.exhausted).toBe(false);
  expect(found.schedules).toBe(70);
});
