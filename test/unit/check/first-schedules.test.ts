/** A failure that was found elsewhere shows in the first schedule of its scenario, and is made smaller from there. */
import { afterAll, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { parseReplayLine } from '../../../src/report/replay-line.ts';
import { call } from '../../support/bench.ts';
import { account, readThenWrite } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());
const model = account(readThenWrite);
const scenario = {
  rows: { account: [{ id: 1, balance: 10 }] },
  sessions: [[call('deposit', 1)], [call('deposit', 2)], [call('deposit', 3)]],
};
const options: CheckOptions = {
  engine,
  examples: [scenario],
  numRuns: 1,
  sessions: { min: 2, max: 3 },
  seed: 1,
};

test('the given schedule comes first; without it, the first one passes', async () => {
  const found = await check(model, { ...options, shrink: false });
  const { schedule } = parseReplayLine(found.counterexample?.replay ?? '');
  const one = { ...options, maxSchedules: 1 };
  expect((await check(model, one)).verdict).toBe('holds');
  const first = await check(model, { ...one, maxSchedulesPerShrink: 200, firstSchedules: [schedule] });
  expect(first.verdict).toBe('violated');
  expect(first.coverage.schedulesToFirstFailure).toBe(1);
  expect(first.counterexample?.scenario.sessions).toHaveLength(2);
});

test.each([[['1;2>1']], 'x', [[{ step: 1 }]]])('%j is no list of schedules', async (firstSchedules) => {
  await expect(check(model, { ...options, firstSchedules: firstSchedules as never })).rejects.toThrow(
    /firstSchedules takes a list of schedules/,
  );
});
