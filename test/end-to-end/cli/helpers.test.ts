/** One model alone uses several processes: with the same result as one, and nothing is left running however it ends. */
import { expect, test } from 'vitest';
import { fromJson } from '../../../src/report/json.ts';
import { emptyFolder, fixture, lockstep, serverOfFile, start, type Running } from './lockstep.ts';

const server = serverOfFile();

const models = fixture('helped.ts');
const small = ['--sessions', '2', '--no-reduction', '--schedules', '4', '--seed', '4'];

/** The processes in which operations have run, in the order in which they began. */
function processesIn(stderr: string): readonly number[] {
  return [...stderr.matchAll(/^runs in (\d+);$/gm)].map(([, pid]) => Number(pid));
}

/** What is reported, without what tells how the work was done. */
function said(stdout: string): unknown {
  return fromJson(JSON.parse(stdout)).results.map((result) => {
    expect(result.coverage.learned).toBeGreaterThan(0);
    return { ...result, durationMs: 0, coverage: { ...result.coverage, learned: 0 } };
  });
}

test.each([
  ['faulty', '120', 1],
  ['mended', '60', 0],
])('%s: one process and two give the same', async (variant, runs, code) => {
  const on = ['--server', server.url, '--json', '-'];
  const args = ['check', models, '--variant', variant, '--runs', runs, ...small, ...on];
  const one = await lockstep([...args, '--workers', '1']);
  const two = await lockstep([...args, '--workers', '2'], { env: { HELPED_FOLDER: emptyFolder() } });
  expect(processesIn(one.stderr)).toHaveLength(1);
  expect(processesIn(two.stderr)).toHaveLength(2);
  expect(said(two.stdout)).toEqual(said(one.stdout));
  expect([one.code, two.code]).toEqual([code, code]);
});

/** A search without an end, when two processes take part in it. */
async function begin(): Promise<{ readonly running: Running; readonly pids: readonly number[] }> {
  const endless = ['--sessions', '2', '--no-reduction', '--total', '1000000', '--seed', '1'];
  const args = ['check', models, '--variant', 'mended', '--server', server.url, ...endless];
  const running = start([...args, '--workers', '2'], { cwd: emptyFolder() });
  await until(() => processesIn(running.stderr).length > 1);
  return { running, pids: processesIn(running.stderr) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 20));
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('after Ctrl-C no process and no database is left', async () => {
  const { running, pids } = await begin();
  running.process.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('interrupted before the search was over');
  expect(pids.filter(runs)).toEqual([]);
  expect(await server.databases()).toEqual([]);
});

test('nor after the command was killed', async () => {
  const { running, pids } = await begin();
  running.process.kill('SIGKILL');
  await until(() => !pids.some(runs));
  expect(await server.databases()).toEqual([]);
});

test('a helper that is killed costs the search a second try, and no verdict', async () => {
  const args = ['check', models, '--variant', 'mended', '--runs', '60', ...small, '--workers', '2'];
  const patient = ['--step-timeout', '60s'];
  const running = start([...args, ...patient], { env: { HELPED_FOLDER: emptyFolder(), HELPED_HANGS: '1' } });
  await until(() => processesIn(running.stderr).length > 1);
  const [, helper = 0] = processesIn(running.stderr);
  process.kill(helper, 'SIGKILL');
  const { code, stdout, stderr } = await running.ended;
  expect(stderr).toContain('error: the process that runs the models ended');
  expect(stderr).toContain('trying it once more');
  expect(stdout).toContain('1 held, 0 violated, 0 without a verdict');
  expect(code).toBe(0);
});
