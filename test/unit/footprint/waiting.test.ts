/** Which statements that waited count as sent when they got their lock, and which do not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab } from '../../../src/lab/lab.ts';
import { runObserved } from '../../../src/search/observation.ts';
import { Trial } from '../../../src/lab/trial.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import type { Strategy } from '../../../src/strategy/contract.ts';
import { alone, snapshot, transaction } from '../../support/scripts.ts';
import { randomCode, type Script } from '../../support/random-code.ts';

const engine = postgres();
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(randomCode, { engine, isolation: 'read committed' });
});
afterAll(async () => {
  await lab.close();
  await engine.close();
});

/** The session of each step, in the order in which the steps count. */
async function countedAs(
  schedule: readonly number[],
  scripts: readonly Script[],
): Promise<readonly number[]> {
  const sessions = scripts.map((given) => [{ operation: 'run', args: [given] }]);
  const scenario: Scenario = { rows: randomCode.rows as Scenario['rows'], sessions };
  const strategy: Strategy = {
    begin: () => true,
    choose: ({ step, runnable }) => (schedule[step] ?? runnable[0] ?? 0) - (step in schedule ? 1 : 0),
    learn: () => {},
  };
  const { execution, observation } = await runObserved(await Trial.on(lab, scenario), strategy);
  expect(execution.history.some((event) => event.kind === 'blocked')).toBe(true);
  return observation?.steps.map(({ session }) => session + 1) ?? [];
}

// The numbers stay below 3: from there on a trigger has more to do, and then nothing can come later.
const add = 'update item set n = n + 1 where id = 2';
const negate = 'update item set n = -n where id = 2';

it.each<[what: string, schedule: readonly number[], scripts: readonly Script[], counted: readonly number[]]>([
  ['one row', [1, 2, 1], [transaction(add), alone(negate)], [1, 1, 2]],
  ['one row, for an explicit lock', [1, 2, 1], [transaction(add), transaction('select n from item where id = 2 for update')], [1, 1, 2, 2]], // prettier-ignore
  ['an advisory lock', [1, 2, 1], [transaction('select pg_advisory_xact_lock(1)'), alone('select pg_advisory_xact_lock(1)')], [1, 1, 2]], // prettier-ignore
  [
    'one row, two of them in a queue',
    [1, 2, 3, 1],
    [transaction(add), alone(negate), alone(add)],
    [1, 1, 2, 3],
  ],
])('%s: sent later', async (_, schedule, scripts, counted) => {
  expect(await countedAs(schedule, scripts)).toEqual(counted);
});

it.each<[what: string, schedule: readonly number[], scripts: readonly Script[]]>([
  ['several rows, of which it holds one', [1, 2, 1], [transaction(add), alone('update item set n = -n where id <= 2')]], // prettier-ignore
  ['a row that is deleted and inserted again', [1, 1, 2, 1], [transaction('delete from item where id = 3', 'insert into item values (3, 2, null)'), alone('update item set n = -n where id = 3')]], // prettier-ignore
  ['a row, having read another table', [1, 2, 1], [transaction(add), alone('update item set n = n + (select count(*) from log) where id = 2')]], // prettier-ignore
  ['a row, with an old snapshot', [1, 2, 2, 1], [transaction(add), snapshot('select count(*)::int as n from item where n > 1', negate)]], // prettier-ignore
  ['a row, in front of one who has to stay where he is', [1, 2, 3, 1], [transaction(add), alone(negate), alone('update item set n = n - 10 where n >= 1')]], // prettier-ignore
  ['a row, in front of one who may find another row then', [3, 1, 2, 3], [transaction('select n from item where id = 2 for share'), alone('update item set n = -n where id = 2 and n >= 0'), transaction('update item set n = -n where id = 2')]], // prettier-ignore
  ['a row, and a deadlock comes of it', [1, 2, 1, 2], [transaction(add, 'update item set n = 7 where id = 1'), transaction('update item set n = 8 where id = 1', negate)]], // prettier-ignore
])('%s: where it was sent', async (_, schedule, scripts) => {
  const counted = await countedAs(schedule, scripts);
  expect(counted.slice(0, schedule.length)).toEqual(schedule);
});
