/** A result carries the options it was made with: with them the same search can be run again, also from a file. */
import { afterAll, expect, test } from 'vitest';
import { certify } from '../../../src/certify/certify.ts';
import { check } from '../../../src/check/check.ts';
import type { CheckOptions } from '../../../src/check/options.ts';
import { recordedOptions } from '../../../src/check/recorded-options.ts';
import { resolveOptions } from '../../../src/check/resolve-options.ts';
import type { CheckResult } from '../../../src/core/result.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { defaultLimits } from '../../../src/engine/limits.ts';
import { fromJson, toJson } from '../../../src/report/json.ts';
import { account, addInPlace, readThenWrite } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

const recorded = (options: Omit<CheckOptions, 'engine'>): unknown =>
  recordedOptions(resolveOptions({ ...options, engine }), options);

const defaults = {
  kind: 'check',
  maxSchedules: 200,
  maxSchedulesPerShrink: 200,
  strategy: 'automatic',
  reduction: true,
  shrink: true,
  certify: true,
  maxSchedulesPerNeighbour: 2_000,
  maxSchedulesToCertify: 10_000,
  failOnWarnings: false,
  limits: defaultLimits,
};

test('defaults are recorded, but no size that grows and no number that the budget decides', () => {
  expect(recorded({})).toEqual(defaults);
  expect(recorded({ maxOperations: 3 })).toEqual({ ...defaults, maxOperations: 3 });
  expect(recorded({ sessions: 2 })).toEqual({ ...defaults, sessions: { min: 2, max: 2 } });
  const fixed = { numRuns: 5, sessions: { min: 2, max: 3 }, maxOperations: 2 };
  expect(recorded({ numRuns: 5 })).toEqual({ ...defaults, ...fixed });
});

test('what was given is recorded, and what says nothing about the search is not', () => {
  const examples: readonly Scenario[] = [{ rows: {}, sessions: [[]] }];
  const given = {
    maxSchedules: 11,
    maxSchedulesPerShrink: 10,
    maxTotalSchedules: 9,
    maxSchedulesWithoutNews: 8,
    maxSchedulesPerNeighbour: 7,
    maxSchedulesToCertify: 6,
    shrink: false,
    certify: true,
    failOnWarnings: true,
    strategy: 'exhaustive',
    reduction: false,
    path: '1:0',
    timeBudgetMs: 70,
    examples,
  } as const;
  const aside = { lanes: 2, onProgress: () => {}, fastCheck: {}, signal: new AbortController().signal };
  expect(recorded({ ...given, ...aside })).toEqual({ ...defaults, ...given });
  expect(recorded({ timeBudgetMs: Infinity })).toEqual(defaults);
  expect(recorded({ strategy: 'pct' })).toEqual({ ...defaults, strategy: 'pct', reduction: false });
  const limits = { ...defaultLimits, maxSteps: 7 };
  expect(recorded({ limits: { maxSteps: 7 } })).toEqual({ ...defaults, limits });
});

/** From a file, with a new seed where it has none. */
async function runAgain(model: Parameters<typeof check>[0], first: CheckResult): Promise<CheckResult> {
  const file = JSON.stringify(toJson([first], { version: '0', startedAt: '' }));
  const { options, setting, seed } = fromJson(JSON.parse(file)).results[0] as CheckResult;
  if (options?.kind !== 'check') throw new Error('a check records its options');
  const { kind: _, ...recorded } = options;
  const { isolation, order } = setting;
  return check(model, { engine, ...recorded, isolation, order, seed });
}

test.each<[string, CheckResult['verdict'], Parameters<typeof check>[0], Omit<CheckOptions, 'engine'>]>([
  [
    'a number of scenarios',
    'holds',
    account(addInPlace),
    { numRuns: 4, sessions: 2, strategy: 'random', maxSchedules: 6, isolation: 'repeatable read' },
  ],
  ['a budget of schedules', 'holds', account(addInPlace), { maxTotalSchedules: 60, maxOperations: 1 }],
  [
    'a violation',
    'violated',
    account(readThenWrite),
    { maxSchedules: 20, order: 'free', certify: false, maxSchedulesPerShrink: 9 },
  ],
])('run again with what is recorded: %s', async (_, verdict, model, options) => {
  const first = await check(model, { engine, seed: 'again', ...options });
  expect(first.verdict).toBe(verdict);
  const again = await runAgain(model, first);
  const said = ({ durationMs: __, ...rest }: CheckResult): unknown => rest;
  expect(said(again)).toEqual(said(first));
});

test('a certification records its own options; a violation in it, those of the check that shrank it', async () => {
  const options = { engine, source: import.meta.url, sessions: 2, operations: 1 };
  const held = await certify(account(addInPlace), { ...options, timeBudgetMs: 60_000 });
  expect(held.result.options).toEqual({
    kind: 'certify',
    sessions: 2,
    operations: 1,
    values: 2,
    timeBudgetMs: 60_000,
    limits: defaultLimits,
  });
  const { result } = await certify(account(readThenWrite), options);
  expect(result.verdict).toBe('violated');
  expect(result.options).toMatchObject({ kind: 'check', numRuns: 1, strategy: 'exhaustive' });
  expect(result.options?.kind === 'check' && result.options.examples).toHaveLength(1);
});
