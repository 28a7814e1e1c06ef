/** Results of shards joined: each race once, coverage that adds up, and no verdict that no shard had. */
import { describe, expect, test } from 'vitest';
import { joinResults } from '../../../../src/campaign/merge/results.ts';
import { checkResult, nothingCovered } from '../../../../src/core/check-result.ts';
import type { CheckResult, Counterexample } from '../../../../src/core/result.ts';
import { formatReplayLine } from '../../../../src/report/replay-line.ts';
import { lostUpdate } from '../../report/build.ts';

const { setting } = lostUpdate;
const race = (rows: object): Counterexample => ({
  ...lostUpdate,
  replay: formatReplayLine(setting, { ...lostUpdate.scenario, rows: rows as never }, lostUpdate.schedule),
});
const result = (more: Partial<Parameters<typeof checkResult>[0]>): CheckResult =>
  checkResult({ setting, seed: 1, coverage: nothingCovered, ...more });
const covered = (schedules: number): CheckResult['coverage'] => ({
  ...nothingCovered,
  scenarios: 2,
  schedules,
  operations: schedules,
});
const vacuous = { kind: 'vacuous', detail: 'nothing ran' } as const;
const warned = { code: 'no-conflicts', message: 'no conflicts' } as const;

test('a race that two shards found is there once, as the smaller one, and its setting does not hold', () => {
  const [small, large] = [race({}), race({ accounts: [{ a: 1 }, { a: 2 }] })];
  const all = [
    result({ counterexample: large }),
    result({ coverage: covered(9) }),
    result({ counterexample: small }),
  ];
  for (const order of [all, all.toReversed()])
    expect(joinResults(order)).toMatchObject([
      { verdict: 'violated', counterexample: { replay: small.replay } },
    ]);
});

test('two races of one setting are both there', () => {
  const stuck: Counterexample = { ...race({}), violation: { kind: 'stuck', waits: [] } };
  const joined = joinResults([result({ counterexample: race({}) }), result({ counterexample: stuck })]);
  expect(joined.map(({ counterexample }) => String(counterexample?.violation.kind)).toSorted()).toEqual([
    'not-serializable',
    'stuck',
  ]);
});

describe('without a race', () => {
  const held = [
    result({ seed: 1, coverage: covered(5), durationMs: 10, remarks: ['b'], warnings: [warned] }),
    result({ seed: 2, coverage: covered(7), durationMs: 20, remarks: ['a', 'b'], warnings: [] }),
  ];

  test('coverage adds up, and a warning counts only if each shard had it', () => {
    const expected = {
      verdict: 'holds',
      coverage: { schedules: 12, scenarios: 4 },
      durationMs: 30,
      remarks: ['a', 'b'],
      warnings: [],
    };
    expect(joinResults(held)).toMatchObject([expected]);
    expect(joinResults(held.toReversed())).toEqual(joinResults(held));
    const [first = result({})] = held;
    expect(joinResults([first, first])).toMatchObject([{ warnings: [warned] }]);
  });

  test('a missing verdict leaves it without one', () => {
    const joined = joinResults([...held, result({ seed: 9, inconclusive: vacuous })]);
    expect(joined).toMatchObject([{ verdict: 'inconclusive', inconclusive: vacuous }]);
    expect(joined[0]?.coverage.schedules).toBe(12);
  });

  test('settings stay apart', () => {
    const other = result({ setting: { ...setting, isolation: 'serializable' } });
    expect(joinResults([...held, other]).map((each) => each.setting.isolation)).toEqual([
      'read committed',
      'serializable',
    ]);
  });
});
