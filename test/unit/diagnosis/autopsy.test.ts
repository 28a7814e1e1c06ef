/** What follows a failure: one execution for the explanation, the racing pair and the call sites, besides the swaps. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { autopsy } from '../../../src/diagnosis/autopsy.ts';
import { budgetOf } from '../../../src/search/budget.ts';
import { diagnosis } from '../../../src/diagnosis/counterexample.ts';
import { exhaust } from '../../../src/search/exhaust.ts';
import type { Failure } from '../../../src/lab/failure.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { racingPair } from '../../../src/diagnosis/racing-pair.ts';
import { Trial } from '../../../src/lab/trial.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { farLimits } from '../../support/bench.ts';
import { account, readThenWrite } from '../../support/models.ts';

const engine = postgres();
let lab: Lab;
let trial: Trial;
let failure: Failure;
beforeAll(async () => {
  lab = await Lab.open(account(readThenWrite), { engine, isolation: 'read committed', limits: farLimits });
  const sessions = [1, 2].map((amount) => [{ operation: 'deposit', args: [amount] }]);
  trial = await Trial.on(lab, { rows: { account: [{ id: 1, balance: 10 }] }, sessions });
  const found = await exhaust(trial, budgetOf(100));
  if (found.failure === undefined) throw new Error('there is a race');
  failure = found.failure;
});
afterAll(async () => {
  await lab.close();
  await engine.close();
});

async function executionsOf<T>(what: () => Promise<T>): Promise<readonly [executions: number, T]> {
  const before = lab.lane.executions;
  const value = await what();
  return [lab.lane.executions - before, value];
}

test('an autopsy is one execution: it shows what statements touched and which lines sent them', async () => {
  const [executions, { execution, observed, locations }] = await executionsOf(() => autopsy(trial, failure));
  expect(executions).toBe(1);
  expect(execution.answers).toEqual(failure.answers);
  expect(observed?.statements).toHaveLength(4);
  expect(locations.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
});

/** The fewest of several: now and then the oracle runs an operation alone again, to see that it still does the same. */
async function fewestExecutionsOf<T>(what: () => Promise<T>): Promise<readonly [executions: number, T]> {
  let fewest = await executionsOf(what);
  for (let times = 0; times < 6; times += 1) {
    const next = await executionsOf(what);
    if (next[0] < fewest[0]) fewest = next;
  }
  return fewest;
}

test('a diagnosis takes that execution, and those of the swaps', async () => {
  const { execution } = await autopsy(trial, failure);
  const evidence = (await diagnosis(lab, failure, lab, true)).explanation?.evidence ?? [];
  const [swaps, pair] = await fewestExecutionsOf(() => racingPair(trial, execution, evidence));
  const [executions, { explanation, locations }] = await fewestExecutionsOf(() =>
    diagnosis(lab, failure, lab, true),
  );
  expect(swaps).toBeGreaterThan(0);
  expect(executions).toBe(swaps + 1);
  expect(explanation?.racingPair).toEqual(pair);
  expect(locations).toHaveLength(4);
});

test('call sites alone take one', async () => {
  const [executions, { explanation, locations }] = await executionsOf(() =>
    diagnosis(lab, failure, lab, false),
  );
  expect([executions, explanation, locations?.length]).toEqual([1, undefined, 4]);
});
