/** A schedule that the code no longer goes: refused by name, or followed as far as it can be. */
import { afterAll, expect, test } from 'vitest';
import { formatReplayLine } from '../../../src/report/replay-line.ts';
import { replay } from '../../../src/check/replay.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace, readThenWrite } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

const setting = {
  model: 'account',
  driver: 'postgres',
  isolation: 'read committed',
  order: 'session',
} as const;
const deposit = (amount: number) => ({ operation: 'deposit', args: [amount] });
const scenario = { rows: { account: [{ id: 1, balance: 10 }] }, sessions: [[deposit(1)], [deposit(2)]] };
// Both read, both write: the second switch comes after the code that only adds has ended.
const line = formatReplayLine(setting, scenario, [
  { step: 1, session: 1 },
  { step: 3, session: 0 },
]);

test('strict, the default: a schedule that does not fit is a fault', async () => {
  const fault = await faultOf(() => replay(account(addInPlace), line, { engine }));
  expect(fault.code).toBe('schedule-does-not-fit');
});

test('lenient: what can be followed is, and the outcome is judged', async () => {
  const mended = await replay(account(addInPlace), line, { engine, mode: 'lenient' });
  expect(mended.counterexample).toBeUndefined();
  expect(mended.exploration).toMatchObject({ inconclusive: undefined, schedules: 1 });
  expect(mended.exploration.tally.executions).toBe(1);
  expect(mended.exploration.witness).toBeDefined();

  const faulty = await replay(account(readThenWrite), line, { engine, mode: 'lenient' });
  expect(faulty.counterexample?.violation.kind).toBe('not-serializable');
});
