/** `check` and `replay`: verdicts, exit codes, saved failures, JSON. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { fromJson, toJson } from '../../../src/report/json.ts';
import { emptyFolder, failuresIn, fixture, lockstep, serverOfFile, type Ended } from './lockstep.ts';

const server = serverOfFile();

const quick = ['--sessions', '2', '--operations', '1', '--runs', '3', '--seed', 'test'];

function check(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return lockstep(['check', '--server', server.url, ...quick, ...args], options);
}

describe('check', () => {
  test('exits with 0 and a line where the model holds', async () => {
    const { code, stdout } = await check([fixture('bank.ts'), '--variant', 'mended']);
    expect(stdout).toMatch(/^HOLDS {2}bank\/mended on postgres \d+/);
    expect(stdout).toContain('1 held, 0 violated, 0 without a verdict');
    expect(code).toBe(0);
  });

  test('reports a model that could not have failed, and exits with 3 if asked to', async () => {
    const args = [fixture('bank.ts'), '--variant', 'mended'];
    const warning = /^warning +no two operations overlapped: each was a single statement,/m;
    const [plain, failed] = await Promise.all([check(args), check([...args, '--fail-on-warnings'])]);
    expect(plain.stdout).toMatch(warning);
    expect(plain.code).toBe(0);
    expect(failed.stdout).toMatch(/^INCONCLUSIVE {2}bank\/mended on .*\bthe property could not have failed/);
    expect(failed.stdout).toContain('0 held, 0 violated, 1 without a verdict');
    expect(failed.code).toBe(3);
  });

  test('finds and reports the same in the same order, however many workers it has', async () => {
    const levels = ['--isolation', 'all', '--operations', '2', '--runs', '6', '--json', '-'];
    const [one, three] = await Promise.all(
      ['1', '3'].map((workers) => check([fixture('bank.ts'), ...levels, '--workers', workers])),
    );
    const reported = (ended: Ended | undefined): unknown =>
      fromJson(JSON.parse(ended?.stdout ?? '')).results.map((result) => ({ ...result, durationMs: 0 }));
    expect(reported(three)).toEqual(reported(one));
    const verdicts = (ended: Ended | undefined): unknown => ended?.stderr.match(/^(?:HOLDS|VIOLATION) .*/gm);
    expect(verdicts(three)).toHaveLength(6);
    expect(three?.code).toBe(1);
  });

  test('reports a server that is not there once, however many workers it has', async () => {
    const nowhere = ['check', fixture('bank.ts'), '--server', 'postgres://nobody@localhost:1/nothing'];
    const { code, stderr } = await lockstep([...nowhere, '--isolation', 'all', '--workers', '3']);
    expect(stderr.match(/^error: no Postgres server answers/gm)).toHaveLength(1);
    expect(code).toBe(4);
  });

  test('runs at every level that is asked for', async () => {
    const levels = ['--isolation', 'rr,serializable', '--isolation', 'read committed'];
    const { code, stdout } = await check([fixture('bank.ts'), '--variant', 'mended', ...levels]);
    expect(stdout.match(/^HOLDS .*/gm)?.map((line) => line.replace(/.*, ([a-z ]+):.*/, '$1'))).toEqual([
      'repeatable read',
      'serializable',
      'read committed',
    ]);
    expect(code).toBe(0);
  });

  test('uses no colour in a pipe, unless it is forced', async () => {
    const args = [fixture('bank.ts'), '--variant', 'mended'];
    const [plain, forced] = await Promise.all([check(args), check(args, { env: { FORCE_COLOR: '1' } })]);
    expect(plain.stdout).not.toContain('\u001b[');
    expect(forced.stdout).toContain('\u001b[');
  });

  test('the same seed gives the same words', async () => {
    const args = [fixture('bank.ts'), '--variant', 'faulty'];
    const [one, two] = await Promise.all([check(args), check(args)]);
    const story = ({ stdout }: Ended): string => stdout.slice(0, stdout.indexOf('\ncovered'));
    expect(story(one)).toContain('VIOLATION');
    expect(story(one)).toBe(story(two));
  });

  test('drops the databases that it made', async () => {
    expect(await server.databases()).toEqual([]);
  });
});

describe('a failure', () => {
  test('is reported, saved, replayed, run first the next time, and forgotten when it is mended', async () => {
    const cwd = emptyFolder();
    const args = [fixture('bank.ts'), '--variant', 'faulty'];
    const first = await check(args, { cwd });
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('VIOLATION  lost update (P4) in bank/faulty');
    const [saved, ...others] = failuresIn(cwd);
    expect(others).toEqual([]);
    expect(saved?.name).toMatch(/^bank--faulty--read-committed--postgres--[0-9a-f]{8}\.json$/);
    expect(saved?.value).toMatchObject({
      schema: 'pg-lockstep-failure',
      schemaVersion: 1,
      model: 'bank/faulty',
      modelFile: fixture('bank.ts'),
      seed: 'test',
      violation: 'not-serializable',
    });
    const story = saved?.value['story'] as string[];
    expect(first.stdout).toContain(story.join('\n'));

    // As printed, the line replays, and gives the same story up to the attempts to make it smaller.
    const line = saved?.value['replay'] as string;
    const replayed = await lockstep(
      ['replay', fixture('bank.ts'), line, '--server', server.url, '--times', '3'],
      { cwd },
    );
    const beforeMinimal = (text: string): string => text.slice(0, text.indexOf('\nminimal'));
    expect(beforeMinimal(replayed.stdout)).toBe(beforeMinimal(story.join('\n')));
    expect(replayed.stdout).toContain(`lockstep replay ${fixture('bank.ts')} ${line}`);
    expect(replayed.stdout).toContain('replayed 3 times');
    expect(replayed.code).toBe(1);

    // A test's failure knows no file and names the model: then it is looked for among the configured models.
    writeFileSync(join(cwd, 'lockstep.config.json'), JSON.stringify({ models: [fixture('bank.ts')] }));
    const named = await lockstep(['replay', 'bank/faulty', line, '--server', server.url], { cwd });
    expect([named.code, beforeMinimal(named.stdout)]).toEqual([1, beforeMinimal(story.join('\n'))]);
    rmSync(join(cwd, 'lockstep.config.json'));

    const second = await check(args, { cwd });
    expect(second.stdout.replaceAll(/\s+/g, ' ')).toContain('and still failing: nothing else was searched');
    expect(second.stdout).toContain('1 schedule,');
    expect(second.code).toBe(1);
    expect(failuresIn(cwd)[0]?.value['foundAt']).toBe(saved?.value['foundAt']);

    const mended = await lockstep(['replay', fixture('bank.ts'), line, '--server', server.url], {
      cwd,
      env: { FIXED: '1' },
    });
    expect(mended.stdout).toContain('no longer fails');
    expect(mended.code).toBe(0);

    const third = await check(args, { cwd, env: { FIXED: '1' } });
    expect(third.stderr).toContain('no longer fails; removed');
    expect(third.code).toBe(0);
    expect(failuresIn(cwd)).toEqual([]);
  });

  test('that does not fit the code any more is forgotten, too', async () => {
    const cwd = emptyFolder();
    const args = [fixture('bank.ts'), '--variant', 'faulty'];
    await check(args, { cwd });
    expect(failuresIn(cwd)).toHaveLength(1);
    const { code, stderr } = await check(args, { cwd, env: { FIXED: 'otherwise' } });
    expect(stderr).toMatch(/does not fit the code any more|no longer fails; removed/);
    expect(code).toBe(0);
    expect(failuresIn(cwd)).toEqual([]);
  });
});

describe('--json', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../../docs/results.schema.json', import.meta.url), 'utf8'),
  ) as object;

  test('writes what the schema describes, and what reads back as it was', async () => {
    const cwd = emptyFolder();
    const { code } = await check([fixture('bank.ts'), '--json', 'out/results.json'], { cwd });
    const value = JSON.parse(readFileSync(join(cwd, 'out/results.json'), 'utf8')) as unknown;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    const results = fromJson(value);
    expect(results.results.map((result) => result.verdict)).toEqual(['violated', 'holds']);
    expect(toJson(results.results, results)).toEqual(value);
    expect(code).toBe(1);
  });

  test('to stdout leaves nothing else there, whatever the model prints', async () => {
    const { code, stdout, stderr } = await check([fixture('bad.ts'), '--variant', 'chatty', '--json', '-']);
    expect(fromJson(JSON.parse(stdout)).results).toHaveLength(1);
    expect(stderr).toContain('this must not get between the results');
    expect(stderr).toContain('HOLDS');
    expect(code).toBe(0);
  });
});

test('list names the models, without running them', async () => {
  const { code, stdout } = await lockstep(['list', fixture('bank.ts')]);
  expect(stdout).toContain('bank/faulty');
  expect(stdout).toContain('no deposit is lost');
  expect(stdout).toContain('deposit');
  expect(code).toBe(0);
});

test('without a server a throw-away one is started, and a folder of models is found', async () => {
  const cwd = emptyFolder();
  const { mkdirSync, writeFileSync } = await import('node:fs');
  mkdirSync(join(cwd, 'models'));
  writeFileSync(
    join(cwd, 'models/bank.ts'),
    `export { mended } from ${JSON.stringify(fixture('bank.ts'))};\n`,
  );
  const { code, stdout } = await lockstep(['check', ...quick], { cwd });
  expect(stdout).toContain('HOLDS  bank/mended');
  expect(code).toBe(0);
});
