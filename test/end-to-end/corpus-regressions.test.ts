/** One line makes tests of a corpus: they fail while a race is there, or when it is back. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Corpus } from '../../src/campaign/corpus/corpus.ts';
import { entryOf } from '../../src/campaign/corpus/entry.ts';
import { recorded } from '../support/recorded.ts';
import { plainEnvironment, startProgram } from '../support/command.ts';
import { configInside } from '../support/vitest-inside.ts';
import { serverOfFile } from './cli/lockstep.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const at = '2026-11-30T00:00:00.000Z';
const [race] = Object.entries(recorded).flatMap(([name, each]) =>
  name === 'minimal-lost-update' ? [each] : [],
);
if (race === undefined) throw new Error('it was not recorded');
const entry = entryOf(race, { at, seed: 1, schedules: 1 });
const server = serverOfFile();
let folder: string;

beforeAll(() => {
  mkdirSync(join(root, 'reports'), { recursive: true });
  folder = mkdtempSync(join(root, 'reports', '.corpus-'));
  writeFileSync(join(folder, 'vitest.config.mjs'), configInside('testTimeout: 60000'));
  const model = (deposit: string): string => `defineModel({
    name: ${JSON.stringify(entry.identity.model)},
    schema: 'create table accounts (name text primary key, balance integer not null)',
    operations: { deposit: operation({ arguments: [fc.integer()], run: async ({ client }, ...args) => { ${deposit} } }) },
  })`;
  const faulty = `const { rows } = await client.query('select name, balance from accounts');
    if (rows[0]) await client.query('update accounts set balance = $1 where name = $2', [rows[0].balance + args.at(-1), rows[0].name]);`;
  const mended = `await client.query('update accounts set balance = balance + $1', [args.at(-1)]);`;
  const line = (code: string, more: string): string => `import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import { corpusRegressions } from 'pg-lockstep/vitest';
import { postgres } from 'pg-lockstep/postgres';
corpusRegressions({ models: [${model(code)}], engine: postgres({ server: ${JSON.stringify(server.url)} }), ${more} });`;
  writeFileSync(join(folder, 'faulty.test.ts'), line(faulty, ''));
  writeFileSync(join(folder, 'mended.test.ts'), line(mended, ''));
  writeFileSync(join(folder, 'skip.test.ts'), line(faulty, "failing: 'skip'"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Of each test file: how many of its tests passed, failed and were skipped; "broken" if it has none, since it failed itself. */
async function run(...names: readonly string[]): Promise<Record<string, readonly number[] | 'broken'>> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { stdout } = await startProgram(
    [process.execPath, vitest, 'run', ...names, '--reporter=json', '--maxWorkers=1'],
    { cwd: folder, env: plainEnvironment() },
  ).ended;
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
  return Object.fromEntries(
    testResults.map(({ name, status, assertionResults }) => {
      const count = (...wanted: readonly string[]): number =>
        assertionResults.filter((each) => wanted.includes(each.status)).length;
      const counts = [count('passed'), count('failed'), count('skipped', 'pending')];
      return [
        basename(name, '.test.ts'),
        assertionResults.length === 0 && status === 'failed' ? 'broken' : counts,
      ];
    }),
  );
}

test('a failing race fails its tests or is skipped; a mended one passes, and fails when it is back', async () => {
  const corpus = Corpus.open(join(folder, 'corpus'));
  corpus.add(entry);
  expect(await run('faulty', 'skip')).toEqual({ faulty: [1, 2, 0], skip: [1, 0, 1] });
  corpus.update({ ...entry, state: { kind: 'regression', seen: at } });
  expect(await run('mended', 'skip')).toEqual({ mended: [3, 0, 0], skip: [1, 2, 0] });
  corpus.update({ ...entry, state: { kind: 'retired', seen: at, reason: 'old' } });
  writeFileSync(join(folder, 'corpus', entry.identity.model, '0.race'), '<<<<');
  expect(await run('faulty')).toEqual({ faulty: [0, 1, 0] });
});
