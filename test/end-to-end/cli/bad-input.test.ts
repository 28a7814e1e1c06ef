/** Everything that can be wrong with what was given: a plain message and an exit code each, never a stack. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatReplayLine } from '../../../src/report/replay-line.ts';
import { fakeServer } from './fixtures/fake-server.ts';
import { emptyFolder, fixture, lockstep, serverOfFile, type Ended } from './lockstep.ts';

const server = serverOfFile();

function check(variant: string, ...args: readonly string[]): Promise<Ended> {
  const quick = ['--sessions', '2', '--operations', '1', '--runs', '2', '--seed', '1'];
  return lockstep([
    'check',
    fixture('bad.ts'),
    '--variant',
    variant,
    '--server',
    server.url,
    ...quick,
    ...args,
  ]);
}

function expectPlain({ stderr }: Ended): void {
  expect(stderr).not.toMatch(/^ {4}at /m);
}

describe('the command line', () => {
  test.each([
    ['an unknown option', ['check', '--isolatoin', 'rc'], 'Did you mean --isolation?'],
    ['an unknown command', ['chek'], 'Did you mean check?'],
    ['an unknown level', ['check', '--isolation', 'snapshot'], '--isolation takes "read committed"'],
    ['a number that is none', ['check', '--runs', 'many'], '--runs takes a whole number from 1, not "many"'],
    ['sessions the wrong way round', ['check', '--sessions', '4-2'], '--sessions takes a whole number'],
    ['a time without a meaning', ['check', '--time', 'soon'], '--time takes a time such as 90s'],
    [
      'a server for pglite',
      ['check', '--engine', 'pglite', '--server', 'postgres://x'],
      '--server is for postgres',
    ],
    [
      'a server without a scheme',
      ['check', '--server', 'localhost/x'],
      '--server takes a URL such as postgres://',
    ],
    [
      'a queue without a scheme',
      ['worker', '--queue', 'my-queue'],
      '--queue takes a URL such as postgres://',
    ],
    ['no line to replay', ['replay', 'a.ts'], "missing required argument 'line'"],
  ])('%s', async (_, args, message) => {
    const ended = await lockstep(args);
    expect(ended.stderr).toContain(message);
    expect(ended.stdout).toBe('');
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });

  test('help is complete and no failure', async () => {
    const { code, stdout } = await lockstep(['check', '--help']);
    for (const word of ['--engine', '--server', '--isolation', '--json', 'Exit codes', 'Examples']) {
      expect(stdout).toContain(word);
    }
    expect(code).toBe(0);
  });
});

describe('a model file', () => {
  test('that does not exist', async () => {
    const ended = await lockstep(['check', 'nowhere.ts']);
    expect(ended.stderr).toContain('error: cannot find nowhere.ts');
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });

  test('that does not parse: file and line', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'broken.ts'), 'export const a = 1;\nexport const = 2;\n');
    const ended = await lockstep(['check', 'broken.ts'], { cwd });
    expect(ended.stderr).toContain('error: broken.ts does not parse');
    expect(ended.stderr).toMatch(/DETAIL: broken\.ts:2: .*Expected identifier/);
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });

  test('that throws when it is loaded: file and line', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'throws.mjs'), '\nexport const a = undefined.b;\n');
    const ended = await lockstep(['check', 'throws.mjs'], { cwd });
    expect(ended.stderr).toContain('error: throws.mjs cannot be loaded');
    expect(ended.stderr).toMatch(/DETAIL: throws\.mjs:2: TypeError: Cannot read/);
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });

  test.each([
    ['Jest', `beforeAll(() => {});`],
    ['Vitest', `import { test } from 'vitest';\ntest('a', () => {});`],
  ])('that is a test file, of %s: says what to do', async (_, text) => {
    const cwd = emptyFolder();
    symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(cwd, 'node_modules'));
    writeFileSync(join(cwd, 'bank.test.mjs'), text);
    const ended = await lockstep(['check', 'bank.test.mjs'], { cwd });
    expect(ended.stderr).toContain('error: bank.test.mjs cannot be loaded');
    expect(ended.stderr).toContain(
      'HINT: a test file is for its test runner: export the model from a file of',
    );
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });

  test('that exports no model', async () => {
    const ended = await lockstep(['check', fixture('no-model.ts')]);
    expect(ended.stderr).toMatch(/error: .*no-model\.ts exports no model/);
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });

  test('a folder without any', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'models'));
    const ended = await lockstep(['check'], { cwd });
    expect(ended.stderr).toContain('there is no model in models');
    expect(ended.code).toBe(2);
  });

  test('without the variant that was named', async () => {
    const ended = await lockstep(['check', fixture('bank.ts'), '--variant', 'golden']);
    expect(ended.stderr).toContain('no model has the variant golden');
    expect(ended.stderr).toContain('bank/faulty, bank/mended');
    expect(ended.code).toBe(2);
  });
});

describe('a model', () => {
  test.each([
    [
      'bad-schema',
      2,
      'error: the schema of bad fails\nDETAIL: syntax error at or near "tabel" (line 2 of the schema)',
    ],
    ['mistake', 2, 'error: operation act of bad/mistake throws TypeError when run alone'],
    ['always-fails', 2, 'error: operation act of bad/always-fails never returned'],
    ['leaves', 4, 'ended with code 0\nDETAIL: begun last: operation act of bad/leaves'],
  ])('%s', async (variant, code, message) => {
    const ended = await check(variant);
    expect(ended.stderr).toContain(message);
    expect(ended.stdout).toContain('1 could not be checked');
    expect(ended.code).toBe(code);
    expectPlain(ended);
  });

  test.each([
    ['no-database', 'no operation sent a statement to the database'],
    ['random', 'uncontrolled nondeterminism'],
    ['clock', 'uncontrolled nondeterminism'],
    ['awaits-forever', 'does not end', '--outside-timeout', '2s'],
    ['queries-forever', 'the limit maxSteps was hit'],
  ])('%s: no verdict', async (variant, message, ...args) => {
    const ended = await check(variant, ...args);
    expect(ended.stdout).toContain('INCONCLUSIVE');
    expect(ended.stdout).toContain(message);
    expect(ended.code).toBe(3);
    expectPlain(ended);
  });

  test('a limit of the command line and of the configuration file is the one that is hit', async () => {
    const line = await check('queries-forever', '--max-steps', '37');
    expect(line.stdout).toContain('37 steps were taken');
    const file = join(emptyFolder(), 'my.config.json');
    writeFileSync(file, '{ "maxSteps": 41 }');
    const { stdout } = await check('queries-forever', '--config', file);
    expect(stdout).toContain('41 steps were taken');
  });

  test('random: the first step that differed is named', async () => {
    const { stdout } = await check('random');
    expect(stdout).toContain('first at step 1');
    expect(stdout).toContain('update t set n = $1');
  });

  test('loops-forever: noticed although nothing else can run, with the name of the operation', async () => {
    const ended = await check('loops-forever', '--stall', '2s');
    expect(ended.stdout).toContain('INCONCLUSIVE');
    expect(ended.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'operation act of bad/loops-forever was begun last',
    );
    expect(ended.code).toBe(3);
    expectPlain(ended);
  });
});

describe('a server', () => {
  const bank = ['check', fixture('bank.ts'), '--variant', 'mended'];

  test('that is not there', async () => {
    const ended = await lockstep([...bank, '--server', 'postgres://somebody:secret@127.0.0.1:1/x']);
    expect(ended.stderr).toContain('error: no Postgres server answers');
    expect(ended.stderr).not.toContain('secret');
    expect(ended.code).toBe(4);
    expectPlain(ended);
  });

  test('that refuses the password, and is named in the environment', async () => {
    const fake = await fakeServer('refuses');
    const url = `postgres://somebody:secret@127.0.0.1:${fake.port}/x`;
    const ended = await lockstep(bank, { env: { LOCKSTEP_SERVER: url } });
    await fake.close();
    expect(ended.stderr).toContain('error: the Postgres server refuses the connection');
    expect(ended.stderr).toContain('password authentication failed');
    expect(ended.stderr).not.toContain('secret');
    expect(ended.code).toBe(4);
    expectPlain(ended);
  });

  test('that is too old', async () => {
    const fake = await fakeServer('old');
    const ended = await lockstep([...bank, '--server', `postgres://somebody@127.0.0.1:${fake.port}/x`]);
    await fake.close();
    expect(ended.stderr).toContain('error: the Postgres server is too old\nDETAIL: found version 9.6.24');
    expect(ended.code).toBe(4);
    expectPlain(ended);
  });

  test('whose address is none', async () => {
    const ended = await lockstep([...bank, '--server', 'postgres://somebody:secret@[::1/x']);
    expect(ended.stderr).toContain('error: cannot read the address of the Postgres server');
    expect(ended.stderr).not.toContain('secret');
    expect(ended.code).toBe(2);
  });
});

describe('a replay line', () => {
  const setting = { driver: 'postgres', isolation: 'read committed', order: 'session' } as const;
  const deposit = { operation: 'deposit', args: [] };
  const scenario = { rows: { accounts: [{ balance: 10 }] }, sessions: [[deposit], [deposit]] };
  const line = formatReplayLine({ ...setting, model: 'bank/faulty' }, scenario, []);
  const replay = (text: string): Promise<Ended> =>
    lockstep(['replay', fixture('bank.ts'), text, '--server', server.url]);

  test.each([
    ['of another model', formatReplayLine({ ...setting, model: 'shop' }, scenario, []), 'is of model shop'],
    ['of another version', line.replace('v1:', 'v2:'), 'its version is v2, this release reads v1'],
    ['cut in half', line.slice(0, line.length / 2), 'it was cut or changed'],
    ['that is none', 'hello', 'it does not start with "v1:"'],
    [
      'that does not fit',
      formatReplayLine({ ...setting, model: 'bank/faulty' }, scenario, [{ step: 1, session: 6 }]),
      'the schedule does not fit the code any more',
    ],
    [
      'with a call that is gone',
      formatReplayLine(
        { ...setting, model: 'bank/faulty' },
        { ...scenario, sessions: [[{ operation: 'x', args: [] }]] },
        [],
      ),
      'calls x, which bank/faulty no longer has',
    ],
  ])('%s', async (_, text, message) => {
    const ended = await replay(text);
    expect(ended.stderr).toContain(message);
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });
});

describe('a configuration file', () => {
  const withConfig = (name: string, content: string, args: readonly string[] = []): Promise<Ended> => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, name), content);
    return lockstep(['list', ...args], { cwd });
  };
  const models = JSON.stringify([fixture('bank.ts')]);

  test.each([
    ['lockstep.config.ts', `const models: string[] = ${models};\nexport default { models };`],
    ['lockstep.config.mjs', `export default { models: ${models} };`],
    ['lockstep.config.json', `{ "models": ${models}, "sessions": { "min": 2, "max": 3 }, "time": 60 }`],
  ])('%s is read', async (name, content) => {
    const { code, stdout } = await withConfig(name, content);
    expect(stdout).toContain('bank/faulty');
    expect(code).toBe(0);
  });

  test('the command line wins', async () => {
    const { stdout } = await withConfig('lockstep.config.json', '{ "models": ["nowhere"] }', [
      fixture('bank.ts'),
    ]);
    expect(stdout).toContain('bank/faulty');
  });

  test.each([
    ['an unknown setting', '{ "isolaton": "rc" }', 'it has no setting "isolaton"'],
    ['a wrong value', '{ "runs": 0 }', '"runs" takes a whole number from 1, not 0'],
    ['no object', '[1]', 'it must give an object'],
    ['no JSON', '{', 'lockstep.config.json is not JSON'],
  ])('with %s', async (_, content, message) => {
    const ended = await withConfig('lockstep.config.json', content);
    expect(ended.stderr).toContain(message);
    expect(ended.code).toBe(2);
    expectPlain(ended);
  });

  test('that was named and is not there', async () => {
    const ended = await lockstep(['list', '--config', 'my.config.ts']);
    expect(ended.stderr).toContain('there is no configuration file my.config.ts');
    expect(ended.code).toBe(2);
  });
});
