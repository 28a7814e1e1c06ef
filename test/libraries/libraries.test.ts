/**
 * Ordinary code of each library of the qualified list, with an object and a pool of its own: the race is found, minimal,
 * and replays; its mend passes all schedules. The table of docs/libraries.md is made from this.
 */
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/driver/postgres/index.ts';
import { check, replay } from '../../src/index.ts';
import { expectTable } from '../support/page-table.ts';
import { stepsOf } from '../support/steps.ts';
import { twentyRuns } from '../support/twenty-runs.ts';
import type { Library } from './library.ts';
import { modelOf } from './model.ts';
import { linesOf, type Finding } from './page.ts';

const folder = new URL('./', import.meta.url);
const helpers = ['library.ts', 'libraries.test.ts', 'model.ts', 'page.ts'];
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !helpers.includes(name));
const isInstalled = existsSync(new URL('node_modules', folder));
if (!isInstalled)
  console.log('the libraries are not installed (npm ci --prefix test/libraries): their tests are skipped');

const engine = postgres();
afterAll(() => engine.close());
const findings: Finding[] = [];
const two = { engine, sessions: 2, maxOperations: 1, numRuns: 1, seed: 'libraries' } as const;

describe.skipIf(!isInstalled).each(files)('%s', (file) => {
  let library: Library;
  beforeAll(async () => {
    ({ library } = (await import(new URL(file, folder).href)) as { library: Library });
  });

  test('the race is found, is minimal and replays 20 times of 20; its mend passes all schedules', async () => {
    const model = modelOf(library, 'faulty');
    const faulty = await check(model, two);
    expect([faulty.verdict, faulty.inconclusive]).toEqual(['violated', undefined]);
    const { counterexample } = faulty;
    expect(counterexample?.minimality.certified).toBe(true);
    const again = await replay(model, counterexample?.replay ?? '', { engine, times: twentyRuns });
    expect(again.exploration.inconclusive).toBe(undefined);
    expect(stepsOf(again.counterexample?.history)).toEqual(stepsOf(counterexample?.history));

    const mended = await check(modelOf(library, 'mended'), two);
    expect([mended.verdict, mended.inconclusive]).toEqual(['holds', undefined]);
    expect(mended.coverage.exhaustive).toBe(mended.coverage.scenarios);
    expect(mended.coverage.schedules).toBeGreaterThan(1);
    findings.push({ library, faulty, mended });
  });
});

test.skipIf(!isInstalled)('docs/libraries.md has the table that these tests saw', () => {
  expectTable(linesOf(findings));
  expect(findings).toHaveLength(files.length);
});
