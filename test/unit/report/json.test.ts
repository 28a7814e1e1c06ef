import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/core/fault.ts';
import { statementsIn } from '../../../src/core/sent-statements.ts';
import type { Interactions } from '../../../src/core/interactions.ts';
import type { RecordedCheckOptions } from '../../../src/core/recorded-options.ts';
import type { CheckResult, Counterexample, Inconclusive } from '../../../src/core/result.ts';
import { fromJson, toJson } from '../../../src/report/json.ts';
import { timeline } from '../../../src/report/timeline.ts';
import { call, coverage, holds, lostUpdate, returned, setting } from './build.ts';
import { stories } from './stories.ts';

const meta = { version: '0.1.0', startedAt: '2026-01-31T12:00:00.000Z' };
const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const { scenario, schedule } = lostUpdate;
const varies = { kind: 'nondeterminism', setting, scenario, schedule: [], first: 'a', second: 'b' } as const;
const reasonsByKind: Readonly<Record<Inconclusive['kind'], readonly Inconclusive[]>> = {
  nondeterminism: [
    { ...varies, step: undefined },
    { ...varies, step: 3 },
    ...(['final tables', 'memory', 'verdict', 'outcome'] as const).map((only) => ({
      ...varies,
      step: undefined,
      only,
    })),
  ],
  limit: [
    { kind: 'limit', limit: 'maxSteps', detail: 'd', scenario: undefined, schedule: undefined },
    { kind: 'limit', limit: 'maxSteps', detail: 'd', scenario, schedule },
  ],
  vacuous: [{ kind: 'vacuous', detail: 'd' }],
  fault: [
    { kind: 'fault', code: 'server-lost', message: 'm', detail: 'd', hint: 'h' },
    { kind: 'fault', code: 'not-begun', message: 'm', detail: undefined, hint: undefined },
  ],
};

const few = { top: [], more: 0 };
const interactions: Interactions = {
  statements: 40,
  concurrent: 14,
  overlapping: 12,
  overlaps: { top: [{ operations: ['deposit', 'read'], overlapped: 9, pairs: 14 }], more: 2 },
  lockWaits: 3,
  waits: { top: [{ waiter: 'deposit', statement: 'update', holder: 'read', times: 3 }], more: 0 },
  deadlocks: 1,
  operations: [
    {
      operation: 'deposit',
      calls: 9,
      returned: 6,
      aborted: 1,
      refused: 1,
      failed: 1,
      errors: { top: [{ error: '40P01', times: 1 }], more: 1 },
      overlapping: 8,
      overlappingInVain: 2,
    },
  ],
  conflicts: {
    pairs: 3,
    bothOrders: 2,
    oneOrder: {
      top: [
        {
          first: { operation: 'deposit', statement: 'select' },
          second: { operation: 'deposit', statement: 'update' },
          times: 4,
        },
      ],
      more: 0,
    },
  },
};

const checkOptions: RecordedCheckOptions = {
  kind: 'check',
  maxSchedules: 200,
  maxSchedulesPerShrink: 100,
  strategy: 'automatic',
  reduction: true,
  shrink: true,
  certify: true,
  maxSchedulesPerNeighbour: 2_000,
  maxSchedulesToCertify: 10_000,
  failOnWarnings: false,
  limits: { maxSteps: 400, stepTimeoutMs: 10_000 },
};
const certifyOptions = { kind: 'certify', sessions: 3, operations: 2, values: 2, limits: {} } as const;

const results: readonly CheckResult[] = [
  { ...holds, options: checkOptions },
  {
    ...holds,
    options: {
      ...checkOptions,
      numRuns: 20,
      sessions: { min: 2, max: 3 },
      maxOperations: 2,
      maxTotalSchedules: 500,
      maxSchedulesWithoutNews: 40,
      timeBudgetMs: 0.5,
      path: '1:0',
      examples: [lostUpdate.scenario],
    },
  },
  { ...holds, options: certifyOptions },
  { ...holds, options: { ...certifyOptions, maxSchedulesPerSize: 4_000, timeBudgetMs: 1 } },
  { ...holds, path: '1:0', remarks: ['one'] },
  {
    ...holds,
    coverage: { ...coverage, interactions },
    warnings: [
      { code: 'single-session', message: 'one' },
      { code: 'never-returned', operation: 'deposit', message: 'never' },
    ],
  },
  {
    ...holds,
    coverage: {
      ...coverage,
      interactions: { ...interactions, overlaps: few, waits: few, conflicts: undefined },
    },
    verdict: 'violated',
    counterexample: {
      ...lostUpdate,
      minimality: {
        ...lostUpdate.minimality,
        certified: false,
        neighbours: {
          neighbours: 4,
          passed: 2,
          schedules: 34,
          replaced: 1,
          open: [
            { part: 'session', change: 'a', scenario: lostUpdate.scenario, schedules: 1, reason: 'b' },
            { part: 'value', change: 'a', scenario: undefined, schedules: 0, reason: 'b' },
          ],
          moreOpen: 1,
          refused: [{ part: 'row', change: 'a', scenario: lostUpdate.scenario, schedules: 0, reason: 'b' }],
          moreRefused: 0,
        },
      },
    },
  },
  ...Object.values(stories).map((counterexample): CheckResult => ({
    ...holds,
    verdict: 'violated',
    counterexample,
  })),
  ...Object.values(reasonsByKind)
    .flat()
    .map((inconclusive): CheckResult => ({
      ...holds,
      verdict: 'inconclusive',
      seed: 'nightly',
      inconclusive,
    })),
];

/** Plain data as operations return it: see core/plain.ts. */
const plainValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.constantFrom(NaN, -0, Infinity, -Infinity, null, undefined, true, false),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('$bigint', '$date', '$object', '$undefined', '__proto__')),
      tie('value').filter((value) => value !== undefined),
      { noNullPrototype: true },
    ),
  ),
})).value;

describe('what is written reads back', () => {
  test('every kind of result', () => {
    expect(fromJson(throughText(toJson(results, meta)))).toEqual({ ...meta, results });
  });

  test('every plain value, in all places that hold values', () => {
    fc.assert(
      fc.property(plainValue, (value) => {
        const result: CheckResult = {
          ...holds,
          verdict: 'violated',
          counterexample: {
            ...lostUpdate,
            scenario: { rows: { t: [{ a: value }] }, sessions: [[call('f', value)]] },
            answers: [[returned(value)]],
          },
        };
        const read = fromJson(throughText(toJson([result], meta))).results[0]?.counterexample;
        expect(read?.scenario.sessions[0]?.[0]?.args).toStrictEqual([value]);
        expect(read?.scenario.rows['t']?.[0]?.['a']).toStrictEqual(value);
        expect(read?.answers[0]?.[0]).toEqual(returned(value));
      }),
    );
  });
});

test('a file of an older release, without the record of statements, reads back', () => {
  const history = lostUpdate.history.map((event): unknown => {
    if (event.kind === 'free' || event.kind === 'released') {
      const { text, values, connection } = event.statement;
      return { ...event, statement: { text, values, connection } };
    }
    return event.kind === 'completed' ? { ...event, openAfter: undefined } : event;
  });
  const result = { ...holds, verdict: 'violated', counterexample: { ...lostUpdate, history } } as CheckResult;
  const read = fromJson(throughText(toJson([result], meta))).results[0]?.counterexample;
  const statements = statementsIn(read?.history ?? []);
  expect(statements.map(({ statement }) => statement.text)).toEqual(
    statementsIn(lostUpdate.history).map(({ statement }) => statement.text),
  );
  expect(statements.map(({ statement, step }) => [statement.kind, step === undefined])).toEqual(
    statements.map(({ step }) => (step === undefined ? ['free', true] : ['step', false])),
  );
  const shown = (counterexample: Counterexample) => timeline(counterexample.scenario, counterexample.history);
  expect(read && shown(read)).toEqual(shown(lostUpdate));
});

describe('docs/results.schema.json', () => {
  const text = readFileSync(new URL('../../../docs/results.schema.json', import.meta.url), 'utf8');
  const schema = JSON.parse(text) as object;

  /** The schema lets unknown properties pass, as readers must; here none may be unknown to it. */
  const closed = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(closed);
    if (typeof node !== 'object' || node === null) return node;
    const entries = Object.entries(node).map(([key, item]) => [key, key === 'if' ? item : closed(item)]);
    const result = Object.fromEntries(entries) as Record<string, unknown>;
    const isObject = result['type'] === 'object' && result['additionalProperties'] === undefined;
    return isObject ? { ...result, additionalProperties: false } : result;
  };
  const validate = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors: true,
  }).compile(closed(schema) as object);

  test('describes every kind of result, property by property', () => {
    validate(throughText(toJson(results, meta)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('refuses what is not so', () => {
    const file = throughText(toJson([holds], meta)) as { readonly results: readonly object[] };
    expect(validate(file)).toBe(true);
    const without = file.results.map((result) => ({ ...result, verdict: 'violated' }));
    expect(validate({ ...file, results: without })).toBe(false);
    expect(validate(throughText(toJson([{ ...holds, more: 1 } as CheckResult], meta)))).toBe(false);
    expect(validate({ ...(toJson([], meta) as object), schemaVersion: 2 })).toBe(false);
    expect(validate(toJson([], meta))).toBe(true);
  });
});

describe('other files are refused', () => {
  const good = throughText(toJson(results, meta)) as Record<string, unknown>;
  const [first] = good['results'] as Record<string, unknown>[];
  const raceAsJson = throughText(lostUpdate) as Record<string, unknown>;
  const withResult = (change: object): unknown => ({ ...good, results: [{ ...first, ...change }] });

  test.each<[string, unknown]>([
    ['the file is not an object', null],
    ['the file is not an object', [good]],
    ['its "schema" is not "pg-lockstep-results"', {}],
    ['its schemaVersion is 2, this release reads 1', { ...good, schemaVersion: 2 }],
    ['its schemaVersion is missing, this release reads 1', { ...good, schemaVersion: undefined }],
    ['"version" or "startedAt" is missing', { ...good, version: 1 }],
    ['"results" is not a list', { ...good, results: {} }],
    ['results[0] is not an object', { ...good, results: [1] }],
    ['results[0].verdict is unknown', withResult({ verdict: 'passed' })],
    ['results[0].setting is not an object', withResult({ setting: null })],
    ['results[0].coverage.learned is not a number', withResult({ coverage: { ...coverage, learned: '6' } })],
    ['results[0].options is not an object', withResult({ options: [] })],
    ['results[0].options.kind is not a text', withResult({ options: {} })],
    ['results[0].counterexample is not an object', withResult({ verdict: 'violated' })],
    ['results[0].counterexample.replay is not a text', withResult({ counterexample: {} })],
    ['results[0].inconclusive is not an object', withResult({ verdict: 'inconclusive' })],
    [
      'results[0].counterexample.explanation.evidence is not a list',
      withResult({ counterexample: { ...raceAsJson, explanation: { anomaly: {} } } }),
    ],
    [
      'results[0].counterexample.locations is not a list',
      withResult({ counterexample: { ...raceAsJson, locations: {} } }),
    ],
    [
      'it holds a tagged value that cannot be read: Cannot convert x to a BigInt',
      withResult({ remarks: { $bigint: 'x' } }),
    ],
  ])('%s', (detail, value) => {
    let thrown: unknown;
    try {
      fromJson(value);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Fault);
    expect(thrown).toMatchObject({ code: 'bad-results', kind: 'usage', detail });
  });
});
