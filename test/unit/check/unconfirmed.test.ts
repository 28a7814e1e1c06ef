/**
 * Failures that are met between the first and the last are not confirmed: that saves executions. One that is none, and leads
 * shrinking astray, is found out at the end, and then each is confirmed.
 */
import fc from 'fast-check';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { budgetOf, type Acceptance } from '../../../src/search/budget.ts';
import { check } from '../../../src/check/check.ts';
import { exhaust } from '../../../src/search/exhaust.ts';
import { Lab } from '../../../src/lab/lab.ts';
import type { Progress } from '../../../src/check/options.ts';
import { OutcomeJudgements } from '../../../src/lab/outcome-judgements.ts';
import { Trial } from '../../../src/lab/trial.ts';
import { serialOrderOf } from '../../../src/lab/whole-orders.ts';
import { operation } from '../../../src/core/define-model.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { farLimits } from '../../support/bench.ts';
import { account, readThenWrite } from '../../support/models.ts';

const engine = postgres();
afterEach(() => vi.restoreAllMocks());
afterAll(() => engine.close());

// The teller keeps two deposits of nothing apart: else no scenario would shrink to them.
const deposit = operation({
  arguments: [fc.nat(9), fc.constantFrom('ann', 'ben')],
  run: (session, amount, _teller: string) => readThenWrite(session, amount),
});
const model = account(readThenWrite, { operations: { deposit } });

function deposits(...amounts: readonly number[]): Scenario {
  const sessions = amounts.map((amount, index) => [
    { operation: 'deposit', args: [amount, index === 0 ? 'ann' : 'ben'] },
  ]);
  return { rows: { account: [{ id: 1, balance: 10 }] }, sessions };
}

/** What was learned misleads: two that deposit nothing, and overlap, are taken for a violation until that is confirmed. */
function misled(): { taken: number } {
  const misleading = { taken: 0 };
  const judge = Reflect.get(OutcomeJudgements.prototype, 'judge');
  vi.spyOn(OutcomeJudgements.prototype, 'judge').mockImplementation(async function (
    this: OutcomeJudgements,
    execution,
    confirmed,
  ) {
    const written = execution.history.flatMap((event) =>
      event.kind === 'released' && event.statement.text.startsWith('update') ? event.statement.values[0] : [],
    );
    if (confirmed || serialOrderOf(execution) !== undefined || written.some((balance) => balance !== 10))
      return judge.call(this, execution, confirmed);
    misleading.taken += 1;
    const observed = { answers: execution.answers, state: execution.final };
    const none = { serial: [], nearest: undefined, differences: [], aborted: [] };
    return {
      kind: 'violation',
      violation: { kind: 'not-serializable', observed, complete: true, ...none },
    };
  });
  return misleading;
}

async function search(scenario: Scenario, budget = budgetOf(100)) {
  const lab = await Lab.open(model, { engine, isolation: 'read committed', limits: farLimits });
  try {
    const exploration = await exhaust(await Trial.on(lab, scenario), budget);
    return { ...exploration, executions: lab.lane.executions };
  } finally {
    await lab.close();
  }
}

const never = (): boolean => false;
const any = async (): Promise<boolean> => true;

test('an unconfirmed failure takes fewer executions, and says that it is unconfirmed', async () => {
  const confirmed = await search(deposits(2, 3));
  const unconfirmed = await search(deposits(2, 3), budgetOf(100, never, any, true));
  expect(confirmed.failure?.unconfirmed).toBeUndefined();
  expect(unconfirmed.failure).toEqual({ ...confirmed.failure, unconfirmed: true });
  expect([confirmed.executions, unconfirmed.executions]).toEqual([27, 13]);
});

test('one of another kind is confirmed before it is put aside, also on the way', async () => {
  const none: Acceptance = async (_, confirm) => (await confirm(), false);
  const found = await search(deposits(2, 3), budgetOf(100, never, none, true));
  expect([found.failure, found.others.length]).toEqual([undefined, 2]);
  const misleading = misled();
  const nothing = await search(deposits(0, 0), budgetOf(100, never, none, true));
  expect(misleading.taken).toBeGreaterThan(0);
  expect([nothing.failure, nothing.others]).toEqual([undefined, []]);
  expect(nothing.inconclusive?.kind).toBe('nondeterminism');
});

test('one that is none would be taken on the way: then the last is not confirmed, so each is, from the beginning', async () => {
  misled();
  const taken = await search(deposits(0, 0), budgetOf(100, never, any, true));
  expect(taken.failure?.unconfirmed).toBe(true);
  const open = vi.spyOn(Lab, 'open');
  const result = await check(model, { engine, seed: 1, numRuns: 1, examples: [deposits(4, 5)] });
  expect(open).toHaveBeenCalledTimes(2);
  expect(result.verdict).toBe('violated');
  const { scenario, minimality } = result.counterexample ?? {};
  const amounts = scenario?.sessions.flat().map(({ args }) => args[0]);
  // If nothing is deposited twice, nothing is lost.
  expect(amounts?.toSorted()).toEqual([0, 1]);
  expect(minimality?.certified).toBe(true);
});

test('if no time is left for that, the first failure is reported as it was found', async () => {
  const misleading = misled();
  const open = vi.spyOn(Lab, 'open');
  const control = new AbortController();
  const onProgress = ({ shrinking }: Progress): void => {
    if (shrinking && misleading.taken > 0) control.abort();
  };
  const scenario = deposits(4, 5);
  const result = await check(model, {
    engine,
    seed: 1,
    numRuns: 1,
    examples: [scenario],
    signal: control.signal,
    onProgress,
  });
  expect(open).toHaveBeenCalledTimes(1);
  expect(result.counterexample?.scenario).toEqual(scenario);
  expect(result.counterexample?.minimality).toMatchObject({
    shrunk: false,
    certified: false,
    smallerScenariosTried: 0,
  });
});
