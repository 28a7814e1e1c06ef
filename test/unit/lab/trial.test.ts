/** A lab, and a trial: one scenario on one lab, run from the same state each time. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab } from '../../../src/lab/lab.ts';
import { scheduleOf } from '../../../src/core/schedule.ts';
import { runObserved } from '../../../src/search/observation.ts';
import { Trial } from '../../../src/lab/trial.ts';
import { defaultChoice } from '../../../src/core/schedule.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';
import { Reduced } from '../../../src/strategy/reduced.ts';
import { DoesNotFit } from '../../../src/strategy/replay.ts';
import { defaultLimits } from '../../../src/engine/limits.ts';
import { farLimits } from '../../support/bench.ts';
import { modelOf } from '../../support/models.ts';

const visits = modelOf(
  'create table visit (id serial, count int); create sequence other; insert into visit (count) values (0)',
  {
    visit: async ({ client }) => {
      const { rows } = await client.query('select count from visit where id = 1');
      await client.query('update visit set count = $1 where id = 1', [rows[0].count + 1]);
      return (await client.query('insert into visit (count) values (0) returning id')).rows[0].id;
    },
  },
);
const scenario = { rows: {}, sessions: [1, 2].map(() => [{ operation: 'visit', args: [] }]) };

const engine = postgres();
let lab: Lab;
let trial: Trial;
beforeAll(async () => {
  lab = await Lab.open(visits, { engine, isolation: 'read committed', limits: farLimits });
  trial = await Trial.on(lab, scenario);
});
afterAll(async () => {
  await lab.close();
  await engine.close();
});

test('a lab has session order, the default limits and observation unless it is opened with others', async () => {
  const others = { order: 'free', limits: farLimits, observed: false } as const;
  const opened = [{}, others].map((options) =>
    Lab.open(visits, { engine, isolation: 'serializable', ...options }),
  );
  const facts: unknown[] = [];
  for (const each of opened) {
    const { setting, oracle, limits, lane } = await each;
    facts.push([setting.isolation, setting.order, oracle.order, limits, lane.observed]);
    await lane.close();
  }
  expect(facts).toEqual([
    ['serializable', 'session', 'session', defaultLimits, true],
    ['serializable', 'free', 'free', farLimits, false],
  ]);
});

test('each run starts from the same state, and a schedule that is replayed gives the same history', async () => {
  const walk = new RandomWalk('a trial');
  walk.begin();
  const first = await trial.run((point) => walk.choose(point));
  const second = await trial.replay(scheduleOf(first.choices), { mode: 'strict' });
  expect(second.history).toEqual(first.history);
  expect(second.final).toEqual(first.final);
});

test('run again elsewhere in the sequences, only generated values differ', async () => {
  const first = await trial.run(defaultChoice);
  const again = await trial.again(first);
  expect(again.history.map(({ kind }) => kind)).toEqual(first.history.map(({ kind }) => kind));
  expect(again.answers).not.toEqual(first.answers);
  expect((await trial.judge(first)).kind).toBe('explained');
});

test('a strict replay says where it cannot go; a lenient one passes over it', async () => {
  const nobody = [{ step: 0, session: 7 }];
  await expect(trial.replay(nobody, { mode: 'strict' })).rejects.toThrow(DoesNotFit);
  expect((await trial.replay(nobody)).end).toEqual({ kind: 'completed' });
});

test('what was observed belongs to the trial: one observer for all of its runs, on its lab', async () => {
  const observer = await trial.observer();
  expect(observer).toBeDefined();
  expect(await trial.observer()).toBe(observer);
  const elsewhere = await Lab.open(visits, { engine, isolation: 'read committed', limits: farLimits });
  try {
    const other = await Trial.on(elsewhere, scenario);
    expect(await other.observer()).not.toBe(observer);
    const asked = lab.lane.executions;
    const reduced = new Reduced({ sessions: 2 });
    reduced.begin();
    await runObserved(other, reduced);
    expect(lab.lane.executions).toBe(asked);
  } finally {
    await elsewhere.close();
  }
});

test('a strategy that learns nothing is not observed', async () => {
  const walk = new RandomWalk('unobserved');
  walk.begin();
  const { observation } = await runObserved(trial, walk);
  expect(observation).toBeUndefined();
});
