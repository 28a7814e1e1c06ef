/** The database is asked who waits where somebody did in the same situation, and nowhere else. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Lab } from '../../../src/lab/lab.ts';
import { Trial } from '../../../src/lab/trial.ts';
import type { Driver } from '../../../src/driver/contract.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { WaitMemory } from '../../../src/engine/wait-memory.ts';
import { call } from '../../support/bench.ts';
import { modelOf } from '../../support/models.ts';

const engine = postgres();
let asked = 0;
const driver: Driver = {
  kind: engine.kind,
  open: async () => {
    const database = await engine.open();
    const waits = database.waits.bind(database);
    database.waits = (pids) => {
      asked += 1;
      return waits(pids);
    };
    return database;
  },
  close: () => engine.close(),
};

const update = 'update t set x = x + 1 where id = 1';
const model = modelOf('create table t (id int primary key, x int); insert into t values (1, 0)', {
  write: async ({ client }) => {
    await client.query('begin');
    await client.query('select x from t');
    await client.query(update);
    await client.query('commit');
  },
});
const scenario = { rows: {}, sessions: [[call('write')], [call('write')]] };

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(model, { engine: driver, isolation: 'read committed' });
});
beforeEach(() => {
  asked = 0;
});
afterAll(async () => {
  await lab.close();
  await driver.close();
});

/** @param deviations from going on with the current session, as in a replay line */
async function run(...deviations: { step: number; session: number }[]): Promise<boolean> {
  const { history } = await (await Trial.on(lab, scenario)).replay(deviations, { mode: 'strict' });
  return history.some(({ kind }) => kind === 'blocked');
}

test('a statement that waited once is looked at when others have done the same before it, not otherwise', async () => {
  expect(await run({ step: 2, session: 1 })).toBe(true);
  // One after the other, the same statement waits for nobody; nor where the other has only read.
  const questions: number[] = [];
  for (let time = 0; time < 20 && !questions.includes(0); time += 1) {
    asked = 0;
    expect(await run()).toBe(false);
    expect(await run({ step: 1, session: 1 })).toBe(false);
    questions.push(asked);
  }
  // A reply that a busy machine delays is asked after in any case; not every time.
  expect(questions).toContain(0);
  asked = 0;
  expect(await run({ step: 2, session: 1 })).toBe(true);
  expect(asked).toBeGreaterThan(0);
});

test('what no longer waits is forgotten, and so is all when there is too much of it', () => {
  const memory = new WaitMemory();
  memory.learn('a', true);
  expect(memory.expects('a')).toBe(true);
  memory.learn('a', false);
  expect(memory.expects('a')).toBe(false);
  for (let number = 0; number < 100_000; number += 1) memory.learn(`s${number}`, true);
  let remembered = 0;
  for (let number = 0; number < 100_000; number += 1) if (memory.expects(`s${number}`)) remembered += 1;
  expect(remembered).toBeLessThanOrEqual(5_000);
});
