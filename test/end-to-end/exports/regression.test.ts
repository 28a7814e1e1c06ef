/** Exported Vitest tests, run with Vitest: red on the faulty variant, green on a mended one of the same system. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { formatReplayLine, parseReplayLine } from '../../../src/report/replay-line.ts';
import type { IsolationLevel } from '../../../src/core/isolation.ts';
import { modelId, type Model } from '../../../src/core/model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { exportVitest } from '../../../src/export/vitest.ts';
import { models } from '../replay-suite.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Within the package, so that its own name is found. */
const folder = join(root, 'reports', '.exports');

interface Pair {
  readonly faulty: string;
  readonly isolation: IsolationLevel;
  readonly mended: string;
  /** A fix that does not help in this scenario: the test must stay red. */
  readonly tempting?: string;
  /** Scenarios for the tempting fix: the shrunk one shows the one race that was found, and this fix mends just that. */
  readonly numRuns?: number;
}

const pairs: readonly Pair[] = [
  {
    faulty: 'bank-account/read-then-write',
    isolation: 'read committed',
    mended: 'bank-account/atomic-update',
  },
  {
    faulty: 'branch-create/no-constraint',
    isolation: 'read committed',
    mended: 'branch-create/advisory-lock',
    tempting: 'branch-create/plain-transaction',
  },
  {
    faulty: 'get-or-create/savepoint-after-get',
    isolation: 'repeatable read',
    mended: 'get-or-create/on-conflict-do-nothing',
    tempting: 'get-or-create/savepoint-before-get',
  },
  {
    faulty: 'mutex-and-row-lock/opposite-orders',
    isolation: 'read committed',
    mended: 'mutex-and-row-lock/one-order',
  },
  {
    faulty: 'revision-history/no-constraint',
    isolation: 'read committed',
    mended: 'revision-history/lock-read-patch-write',
    tempting: 'revision-history/lock-in-replace',
    numRuns: 20,
  },
  {
    faulty: 'segment-cache/autocommit',
    isolation: 'read committed',
    mended: 'segment-cache/repeatable-read',
    tempting: 'segment-cache/lazy-query-set',
  },
];

interface Outcome {
  readonly name: string;
  readonly assertionResults: readonly {
    readonly title: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

let outcomes: readonly Outcome[] = [];
const engine = postgres();

function named(id: string): Model {
  const model = models.find((each) => modelId(each) === id);
  if (model === undefined) throw new Error(`there is no model ${id}`);
  return model;
}

/** A model file in which the code of one variant stands under the name of another, as after an edit. */
function modelFile(faulty: Model, code: Model): string {
  return `import { modelId } from 'pg-lockstep';
import * as all from '../../models/${faulty.name}.ts';

const code = Object.values(all).find((each) => modelId(each) === '${modelId(code)}');
if (code === undefined) throw new Error('it is gone');
export const edited = { ...code, variant: '${faulty.variant}' };
`;
}

/** As if the schedule were of code that sent more statements: it does not fit, whatever the code does. */
function withDeviationAfterTheEnd(line: string): string {
  const { schedule, scenario, ...setting } = parseReplayLine(line);
  return formatReplayLine(setting, scenario, [...schedule, { step: 99, session: 0 }]);
}

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, { faulty, isolation, mended, tempting, numRuns }] of pairs.entries()) {
    const model = named(faulty);
    const { counterexample } = await check(model, { engine, isolation, seed: 2026, numRuns: 60 });
    if (counterexample === undefined) throw new Error(`no race was found in ${faulty}`);
    const variants = { faulty, mended, ...(tempting === undefined ? {} : { tempting }) };
    for (const [kind, id] of Object.entries(variants)) {
      const specifier = `./${kind}-${index}.ts`;
      writeFileSync(join(folder, specifier), modelFile(model, named(id)));
      const text = exportVitest(counterexample, { specifier, exported: 'edited' });
      const more =
        kind === 'tempting' && numRuns !== undefined ? `, numRuns: ${numRuns}, maxSchedules: 50 }` : ' }';
      writeFileSync(join(folder, `${kind}-${index}.test.ts`), text.replace(/ \}\);\n$/, `${more});\n`));
      if (kind !== 'mended') continue;
      const longer = text.replace(counterexample.replay, withDeviationAfterTheEnd(counterexample.replay));
      writeFileSync(join(folder, `shorter-${index}.test.ts`), longer);
    }
  }
  await engine.close();
  writeFileSync(
    join(folder, 'vitest.config.mts'),
    `import base from '../../vitest.config.ts';
export default { ...base, test: { ...base.test, projects: undefined, include: ['reports/.exports/*.test.ts'], maxWorkers: 1, isolate: false } };`,
  );
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const report = join(folder, 'tests.json');
  const config = ['--config', join(folder, 'vitest.config.mts'), '--root', root];
  // It fails, since faulty code is among what is tested.
  await promisify(execFile)(
    process.execPath,
    [vitest, 'run', ...config, '--reporter=json', `--outputFile=${report}`],
    { env: { ...process.env, NO_COLOR: '1' } },
  ).catch(() => undefined);
  outcomes = (JSON.parse(readFileSync(report, 'utf8')) as { testResults: Outcome[] }).testResults;
}, 180_000);

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function resultsOf(kind: string, index: number): Outcome['assertionResults'] {
  const outcome = outcomes.find(({ name }) => name.endsWith(`/${kind}-${index}.test.ts`));
  expect(outcome?.assertionResults.map(({ title }) => title)).toEqual([
    'in the schedule in which it was found',
    expect.stringMatching(/^in any other schedule of its scenario(?:, and in 19 generated ones)?$/),
  ]);
  return outcome?.assertionResults ?? [];
}

describe.each(pairs.map((pair, index) => ({ ...pair, index })))('$faulty', ({ index, tempting }) => {
  test('faulty: both are red, with the story', () => {
    for (const { status, failureMessages } of resultsOf('faulty', index)) {
      expect(failureMessages.join()).toContain('VIOLATION');
      expect(status).toBe('failed');
    }
  });

  test('mended: both are green', () => {
    for (const { status, failureMessages } of resultsOf('mended', index)) {
      expect(failureMessages).toEqual([]);
      expect(status).toBe('passed');
    }
  });

  test('mended, with fewer statements than the schedule has steps: both are green', () => {
    for (const { failureMessages } of resultsOf('shorter', index)) expect(failureMessages).toEqual([]);
  });

  test.skipIf(tempting === undefined)('a fix that only looks right: the search is red', () => {
    const [, search] = resultsOf('tempting', index);
    expect(search?.failureMessages.join()).toContain('VIOLATION');
    expect(search?.status).toBe('failed');
  });
});
