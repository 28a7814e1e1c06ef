/**
 * Published races of npm packages: each is found in the unmodified version that has it and is gone from the one that
 * mended it. The guide beside each model shows the failure, which is compared here; `UPDATE_DOCS=1` writes the current one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { postgres } from '../../src/driver/postgres/index.ts';
import { check, formatResult, replay, type CheckOptions, type Model } from '../../src/index.ts';
import { expectShown } from '../support/guides.ts';
import { stepsOf } from '../support/steps.ts';
import { twentyRuns } from '../support/twenty-runs.ts';

const folder = new URL('../../examples/', import.meta.url);
const isInstalled = existsSync(new URL('node_modules/pg-lockstep', folder));
if (!isInstalled)
  console.log('the examples are not installed (npm ci --prefix examples): their tests are skipped');

const examples = readdirSync(folder, { withFileTypes: true }).flatMap(({ name }) => {
  if (name === 'node_modules' || !existsSync(new URL(`${name}/`, folder))) return [];
  const files = readdirSync(new URL(`${name}/`, folder)).filter((each) => each.endsWith('.model.ts'));
  const urls = files.map((each) => new URL(`${name}/${each}`, folder));
  // Other examples have tests of their own.
  const file = urls.find((url) => readFileSync(url, 'utf8').includes('-faulty'));
  return file === undefined ? [] : [[name, file] as const];
});

const engine = postgres();
afterAll(() => engine.close());
const options = { engine, sessions: 2, maxOperations: 1, numRuns: 3, seed: 'examples' } as const;

/** Of a single operation without arguments there is one scenario: to search it again finds nothing new. */
function optionsFor({ operations }: Model): CheckOptions {
  const [first, ...others] = Object.values(operations);
  const isOne = others.length === 0 && (first?.arguments ?? []).length === 0;
  return isOne ? { ...options, numRuns: 1 } : options;
}

test.skipIf(!isInstalled)('there are five published races, and more', () => {
  expect(examples.length).toBeGreaterThan(5);
});

test.each(examples)('the model of %s is short, both versions of the library in it', (_, file) => {
  expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThan(30);
});

describe.skipIf(!isInstalled).each(examples)('%s', (name, file) => {
  let models: { readonly faulty: Model; readonly mended: Model };
  beforeAll(async () => {
    // One of the libraries writes each failed query to standard error.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    models = (await import(file.href)) as typeof models;
  });
  afterAll(() => void vi.restoreAllMocks());

  test('the race is found, is minimal and replays; the guide shows it', async () => {
    const found = await check(models.faulty, optionsFor(models.faulty));
    expect([found.verdict, found.inconclusive]).toEqual(['violated', undefined]);
    const { counterexample } = found;
    expect(counterexample?.minimality.certified).toBe(true);
    const again = await replay(models.faulty, counterexample?.replay ?? '', { engine, times: twentyRuns });
    expect(again.exploration.inconclusive).toBe(undefined);
    expect(stepsOf(again.counterexample?.history)).toEqual(stepsOf(counterexample?.history));
    expectShown(name, found);
  });

  test('the mended version passes all schedules', async () => {
    const held = await check(models.mended, optionsFor(models.mended));
    expect([held.verdict, held.inconclusive]).toEqual(['holds', undefined]);
    expect(held.coverage.exhaustive).toBe(held.coverage.scenarios);
    expect(held.coverage.schedules).toBeGreaterThan(1);
  });
});

test.skipIf(!isInstalled)('the newcomer’s model is short, and finds the race of the shop', async () => {
  const file = new URL('newcomer/shop.model.ts', folder);
  expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThan(25);
  const { shop } = (await import(file.href)) as { readonly shop: Model };
  const found = await check(shop, options);
  expect(found.verdict).toBe('violated');
  const [first = ''] = formatResult(found).split('\n');
  expect(readFileSync(new URL('newcomer/README.md', folder), 'utf8')).toContain(`\n${first}\n`);
});
