/** Helpers: executors elsewhere, with whom a check gives what it gives alone. Here each is a lane whose answers are copied. */
import { deserialize, serialize } from 'node:v8';
import { afterAll, describe, expect, test } from 'vitest';
import { check, checkWithHelpers } from '../../../src/check/check.ts';
import { LaneExecutor } from '../../../src/search/lane-executor.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import { resolveOptions } from '../../../src/check/resolve-options.ts';
import type { OpenHelper, ScenarioExecutor, Stint } from '../../../src/search/scenario-executor.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { Model } from '../../../src/core/model.ts';
import type { CheckResult } from '../../../src/core/result.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace, readThenWrite } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

const options: CheckOptions = {
  engine,
  seed: 5,
  sessions: 2,
  numRuns: 30,
  maxSchedules: 24,
  reduction: false,
};

/** As in another process: what goes there and what comes back are copies. */
const copied = <T>(value: T): T => deserialize(serialize(value)) as T;

interface Elsewhere {
  readonly open: OpenHelper;
  readonly stints: Stint[];
  closed: number;
}

/** Open before it is needed, so that it takes part as soon as it may. */
async function elsewhere(model: Model, explore?: ScenarioExecutor['explore']): Promise<Elsewhere> {
  const lane = await LaneExecutor.open(model, resolveOptions(options, model), () => false);
  const found: Elsewhere = {
    stints: [],
    closed: 0,
    open: async () => ({
      explore: async (stint, cancelled) => {
        found.stints.push(stint);
        return explore ? explore(stint, cancelled) : copied(await lane.explore(copied(stint), cancelled));
      },
      get account() {
        return lane.account;
      },
      close: async () => {
        found.closed += 1;
        await lane.close();
      },
    }),
  };
  return found;
}

function said(result: CheckResult): unknown {
  return { ...result, durationMs: 0, coverage: { ...result.coverage, learned: 0 } };
}

describe.each([
  ['mended', account(addInPlace), options],
  // The kind of failure that is sought only shows once the helper takes part.
  ['faulty', account(readThenWrite), { ...options, numRuns: 101, examples: lateRace() }],
] as const)('a %s model', (_, model, given) => {
  test('gives with a helper what it gives alone', async () => {
    const alone = await check(model, given);
    const helper = await elsewhere(model);
    const helped = await checkWithHelpers(model, given, [helper.open]);
    expect(helper.stints.length).toBeGreaterThan(0);
    expect(helper.closed).toBe(1);
    expect(said(helped)).toEqual(said(alone));
  });
});

/** Scenarios of which only the last fails. */
function lateRace(): NonNullable<CheckOptions['examples']> {
  const deposit = (amount: number) => ({ operation: 'deposit', args: [amount] });
  const rows = { account: [{ id: 1, balance: 5 }] };
  const serial = Array.from({ length: 100 }, (_, n) => ({ rows, sessions: [[deposit(n + 1)]] }));
  return [...serial, { rows, sessions: [[deposit(1)], [deposit(2)]] }];
}

test('a helper that cannot be had is done without', async () => {
  const model = account(addInPlace);
  const none: OpenHelper = () => Promise.reject(new Error('no memory'));
  expect(said(await checkWithHelpers(model, options, [none]))).toEqual(said(await check(model, options)));
});

test('a fault of a helper is the fault of the check, and what else it throws ends the check, too', async () => {
  const model = account(addInPlace);
  const lost = new Fault('it is gone', { code: 'worker-ended', kind: 'engine' });
  const gone = await elsewhere(model, () => Promise.reject(lost));
  expect(await faultOf(() => checkWithHelpers(model, options, [gone.open]))).toBe(lost);
  const stalled = new Error('it is silent');
  const silent = await elsewhere(model, () => Promise.reject(stalled));
  await expect(checkWithHelpers(model, options, [silent.open])).rejects.toBe(stalled);
  expect([gone.closed, silent.closed]).toEqual([1, 1]);
});

test('a search goes on at an executor that did not begin it, and counts only what is new', async () => {
  const model = account(addInPlace);
  const resolved = resolveOptions({ ...options, strategy: 'random' }, model);
  const rows = { account: [{ id: 1, balance: 5 }] };
  const call = { operation: 'deposit', args: [1] };
  const scenario = {
    rows,
    sessions: [
      [call, call, call],
      [call, call, call],
    ],
  };
  const stint = (after: number): Stint => ({ scenario, after, maxSchedules: 5, goesOn: true });
  const never = (): boolean => false;
  const [one, two] = [
    await LaneExecutor.open(model, resolved, never),
    await LaneExecutor.open(model, resolved, never),
  ];
  try {
    await one.explore(stint(0), never);
    const [here, there] = [await one.explore(stint(5), never), await two.explore(stint(5), never)];
    expect(there).toEqual(here);
    expect(there.schedules).toBe(5);
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
});
