/** One result of every kind: passes, each kind of violation, each reason for no verdict. */
import type { CheckResult, Counterexample, Inconclusive, ViolatedResult } from '../../../src/core/result.ts';
import { coverage, holds, lostUpdate, setting } from './build.ts';
import { stories } from './stories.ts';

export const startedAt = '2026-01-31T12:00:00.000Z';
export const modelPathOf = (model: string): string => `models/${model.split('/')[0]}.ts`;

export function violated(counterexample: Counterexample): ViolatedResult {
  return {
    ...holds,
    verdict: 'violated',
    setting: counterexample.setting,
    coverage: { ...coverage, schedulesToFirstFailure: 7 },
    witness: undefined,
    counterexample,
  };
}

export function story(name: string): Counterexample {
  const found = stories[name];
  if (found === undefined) throw new Error(`there is no story ${name}`);
  return found;
}

const reasons: readonly Inconclusive[] = [
  {
    kind: 'nondeterminism',
    setting,
    scenario: lostUpdate.scenario,
    schedule: lostUpdate.schedule,
    step: 2,
    first: 's1 select now() -> 2026-01-01',
    second: 's1 select now() -> 2026-01-02',
  },
  {
    kind: 'nondeterminism',
    setting: { ...setting, model: 'open/late-statement' },
    scenario: lostUpdate.scenario,
    schedule: lostUpdate.schedule,
    step: undefined,
    only: 'final tables',
    first: 'left log (7)',
    second: 'left log no rows',
  },
  {
    kind: 'limit',
    limit: 'stepTimeoutMs',
    detail: 'a statement of s1 has no reply',
    scenario: lostUpdate.scenario,
    schedule: lostUpdate.schedule,
  },
  { kind: 'vacuous', detail: 'no two sessions touched the same table' },
];

export const everyKind: readonly CheckResult[] = [
  holds,
  { ...holds, setting: { ...holds.setting, driver: 'pglite', engine: 'pglite 0.5.16 (postgres 18.6)' } },
  {
    ...holds,
    setting: { ...holds.setting, isolation: 'serializable' },
    coverage: { ...coverage, exhaustive: 1 },
  },
  violated(story('lost-update')),
  ...['lost-update-returned', 'stuck', 'invariant', 'specification', 'abort'].map((name) => {
    const counterexample = story(name);
    return violated({ ...counterexample, setting: { ...setting, model: `kinds/${name}` } });
  }),
  ...reasons.map((inconclusive): CheckResult => ({
    ...holds,
    verdict: 'inconclusive',
    setting: { ...setting, model: `open/${inconclusive.kind}` },
    witness: undefined,
    inconclusive,
  })),
];
