/**
 * The same race under other test runners, in code with a pool of its own (examples/test-runners). Jest and two of Vitest's
 * pools have their own loader and their own globals for each test file.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { plainEnvironment, startProgram } from '../support/command.ts';
import { configInside } from '../support/vitest-inside.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cwd = `${root}examples/test-runners`;
const jest = `${root}examples/node_modules/jest/bin/jest.js`;
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const isInstalled = existsSync(jest);
if (!isInstalled) console.log('Jest is not installed (npm ci --prefix examples): test runners are skipped');

mkdirSync(join(root, 'reports'), { recursive: true });
const folder = mkdtempSync(join(root, 'reports', '.runners-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = join(folder, 'vitest.config.mjs');
// The example's own settings, and where this package lies.
const example = `import example from ${JSON.stringify(join(cwd, 'vitest.config.js'))};`;
writeFileSync(config, `${example}\n${configInside('...example.test')}`);

type Runner = readonly [name: string, args: readonly string[], passed: string];
const inVitest = (pool: string): Runner => [
  `Vitest, ${pool}`,
  [vitest, 'run', '--root', '.', '--config', config, '--pool', pool],
  'Tests  2 passed (2)',
];
const inJest = ['--experimental-vm-modules', jest, '--config', 'jest.config.json', '--runInBand'];
const runners: readonly Runner[] = [
  ['Jest', inJest, 'Tests:       3 passed, 3 total'],
  ['node:test', ['--test', 'bank.node.js'], '# pass 2\n# fail 0\n'],
  inVitest('threads'),
  inVitest('vmThreads'),
];

test.skipIf(!isInstalled).each(runners)(
  '%s finds it, and finds nothing in the mended code',
  async (_, args, passed) => {
    const env = plainEnvironment({ NO_COLOR: '1' });
    const { code, stdout, stderr } = await startProgram([process.execPath, ...args], { cwd, env }).ended;
    // Jest reports to standard error.
    expect(`${stdout}${stderr}`).toContain(passed);
    expect(code).toBe(0);
  },
);
