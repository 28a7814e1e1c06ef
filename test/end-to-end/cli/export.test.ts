/** `lockstep export`: from saved results to files that stand alone, and every way in which it can be asked wrongly. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyFolder, failuresIn, fixture, lockstep, sharedServer, type SharedServer } from './lockstep.ts';

const cwd = emptyFolder();
let server: SharedServer;
beforeAll(async () => {
  server = await sharedServer();
  const quick = [
    '--sessions',
    '2',
    '--operations',
    '1',
    '--runs',
    '2',
    '--seed',
    '1',
    '--server',
    server.url,
  ];
  const check = (...args: readonly string[]) => lockstep(['check', ...args, ...quick], { cwd });
  expect((await check(fixture('bank.ts'), '--json', 'results.json', '--isolation', 'rc,ser')).code).toBe(1);
  expect((await check(fixture('bank.ts'), '--variant', 'mended', '--json', 'holds.json')).code).toBe(0);
});
afterAll(() => server.close());

const asks = (...args: readonly string[]) => lockstep(['export', ...args], { cwd });
const bank = ['--model', fixture('bank.ts')];

describe('formats', () => {
  test('psql, to a file', async () => {
    const { code, stdout, stderr } = await asks(
      'results.json',
      '--format',
      'psql',
      '--output',
      'out/race.sh',
      ...bank,
    );
    expect(stdout).toBe('');
    expect(stderr).toContain('wrote out/race.sh');
    expect(code).toBe(0);
    const text = readFileSync(join(cwd, 'out/race.sh'), 'utf8');
    expect(text).toMatch(/^#!\/bin\/sh\n# not serializable in bank\/faulty on postgres/);
    expect(text).toContain('create table accounts (balance integer not null);');
  });

  test('isolation, to stdout, and the race by its number', async () => {
    const { code, stdout } = await asks('results.json', '--format', 'isolation', '--race', '1', ...bank);
    expect(stdout).toMatch(/^permutation (?:s[12]_\d ){4}end_1$/m);
    expect(code).toBe(0);
  });

  test('vitest: imports the model by its path from where the test is written', async () => {
    const { code } = await asks(
      'results.json',
      '--format',
      'vitest',
      '--output',
      'out/race.test.ts',
      ...bank,
    );
    expect(code).toBe(0);
    const text = readFileSync(join(cwd, 'out/race.test.ts'), 'utf8');
    expect(text).toMatch(/^import \{ faulty \} from '(?:\.\.\/)+.*fixtures\/bank\.ts';$/m);
    expect(text).toMatch(/^lockstepRegression\(faulty, 'v1:\S+', \{ engine: postgres\(\) \}\);$/m);
  });
});

describe('asked wrongly', () => {
  test.each([
    ['no format', ['results.json'], "required option '--format <name>' not specified"],
    [
      'an unknown format',
      ['results.json', '--format', 'csv'],
      '--format takes psql, isolation or vitest, not "csv"',
    ],
    ['no such file', ['nothing.json', '--format', 'psql'], 'cannot read nothing.json'],
    [
      'a race that is not there',
      ['results.json', '--format', 'psql', '--race', '7'],
      'there is no race 7 in results.json',
    ],
    ['no race at all', ['holds.json', '--format', 'psql'], 'there is no race in holds.json'],
    [
      'a model that is nowhere',
      ['results.json', '--format', 'psql', '--model', 'nowhere.ts'],
      'cannot find nowhere.ts',
    ],
    [
      'a file without the model',
      ['results.json', '--format', 'psql', '--model', fixture('long.ts')],
      'the race is of model bank/faulty, which',
    ],
    ['no model folder', ['results.json', '--format', 'psql'], 'cannot find models'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await asks(...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a file that is no JSON, and a saved failure', async () => {
    writeFileSync(join(cwd, 'text.json'), 'text');
    expect((await asks('text.json', '--format', 'psql')).stderr).toContain('text.json is not JSON');
    const [failure] = failuresIn(cwd);
    const { code, stderr } = await asks(`reports/failures/${failure?.name}`, '--format', 'psql');
    expect(stderr).toContain('is a saved failure, which holds no history');
    expect(code).toBe(2);
  });
});
