/**
 * Published races of npm packages: each is found in the unmodified version that has it and is gone from the one that
 * mended it. The guide beside each model shows the failure, which is compared here; `UPDATE_DOCS=1` writes the current one.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { postgres } from '../../src/driver/postgres/index.ts';
import { check, formatResult, replay, type CheckResult, type Model } from '../../src/index.ts';
import { stepsOf } from '../support/steps.ts';

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

/** What the guide shows: without what differs from run to run. */
function storyOf(result: CheckResult): string {
  const [story = ''] = formatResult(result).split('\ncovered ');
  return withoutWaits(story)
    .replaceAll(/\blockstep_[0-9a-f]{12}\b/g, 'lockstep_000000000000')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-01T00:00:00.000Z')
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){2}-[0-9a-f]{3}(?:[0-9a-f]-[0-9a-f]{12})?/g, (uuid) =>
      uuid.replaceAll(/[0-9a-f]/g, '0'),
    )
    .trimEnd();
}

/** How long a file or a timer takes decides whether a wait for it is shown. */
function withoutWaits(story: string): string {
  const wait = '.. waits outside the database';
  const lines = story
    .split('\n')
    .filter((line) => line.trim() === '' || line.replaceAll(wait, '').trim() !== '');
  return lines.map((line) => line.replaceAll(wait, ' '.repeat(wait.length)).trimEnd()).join('\n');
}

const block = /^```text\n(VIOLATION[^]*?)\n```$/m;

test.skipIf(!isInstalled)('there are five published races, and more', () => {
  expect(examples.length).toBeGreaterThan(5);
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
    const found = await check(models.faulty, options);
    expect([found.verdict, found.inconclusive]).toEqual(['violated', undefined]);
    const { counterexample } = found;
    expect(counterexample?.minimality.certified).toBe(true);
    const again = await replay(models.faulty, counterexample?.replay ?? '', { engine, times: 5 });
    expect(again.exploration.inconclusive).toBe(undefined);
    expect(stepsOf(again.counterexample?.history)).toEqual(stepsOf(counterexample?.history));

    const guide = new URL(`${name}/README.md`, folder);
    const text = readFileSync(guide, 'utf8');
    const current = text.replace(block, () => `\`\`\`text\n${storyOf(found)}\n\`\`\``);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(guide, current);
    else expect(text).toBe(current);
  });

  test('the mended version passes all schedules', async () => {
    const held = await check(models.mended, options);
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
