/** Shrinking keeps to the kind of failure that was found, and does not lose what else it meets. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { replay } from '../../../src/check/replay.ts';
import type { CheckResult } from '../../../src/core/result.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { modelOf } from '../../support/models.ts';

const engine = postgres();
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => engine.close());

const schema = `create table names (name text);
  create table counter (id int primary key, n int); insert into counter values (1, 0)`;

/** Two bugs: a name that is looked for and then inserted, and a counter that is read and then written. */
const model = modelOf(schema, {
  claim: async ({ client }) => {
    const { rows } = await client.query(`select name from names where name = 'sky'`);
    if (rows.length === 0) await client.query(`insert into names values ('sky')`);
  },
  count: async ({ client }) => {
    const { rows } = await client.query('select n from counter where id = 1');
    await client.query('update counter set n = $1 where id = 1', [rows[0].n + 1]);
  },
});
const call = (operation: string) => ({ operation, args: [] });
const find = (scenario: Scenario, shrink: boolean): Promise<CheckResult> =>
  check(model, { engine, seed: 1, sessions: 2, maxOperations: 2, numRuns: 1, examples: [scenario], shrink });

const bugs: Readonly<Record<string, string>> = { duplicate: 'claim', P4: 'count' };
const orders = [
  { names: ['count', 'claim'], others: 1 },
  { names: ['claim', 'count'], others: 0 },
];
test.each(orders)(
  'of the bugs in $names the one that was found first is made smaller',
  async ({ names, others }) => {
    const scenario = { rows: {}, sessions: [names.map(call), names.map(call)] };
    const first = await find(scenario, false);
    const code = first.counterexample?.explanation?.anomaly.code ?? '';
    const { counterexample, remarks } = await find(scenario, true);
    expect(counterexample?.explanation?.anomaly.code).toBe(code);
    const only = [call(bugs[code] ?? '')];
    expect(counterexample?.scenario.sessions).toEqual([only, only]);
    expect(counterexample?.minimality.certified).toBe(true);
    // What was met on the way is not lost: its line replays it.
    expect(remarks).toHaveLength(others);
    for (const remark of remarks) {
      expect(remark).toMatch(/^on the way another violation was seen: .*; replay v1:/);
      const again = await replay(model, remark.replace(/^.*; replay /, ''), { engine });
      const met = again.counterexample?.explanation?.anomaly.code ?? '';
      expect([met !== code, met in bugs]).toEqual([true, true]);
    }
  },
);

test('with one bug there is nothing to say', async () => {
  const { counterexample, remarks } = await find(
    { rows: {}, sessions: [[call('count')], [call('claim'), call('count')]] },
    true,
  );
  expect(counterexample?.explanation?.anomaly.code).toBe('P4');
  expect(counterexample?.scenario.sessions).toEqual([[call('count')], [call('count')]]);
  expect(remarks).toEqual([]);
});
