/** Campaigns on a queue: the same results as without one, whatever becomes of the workers; nothing stays behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromJson } from '../../../src/report/json.ts';
import { emptyFolder, fixture, lockstep, serverOfFile, start, type Running } from './lockstep.ts';

const server = serverOfFile();
let admin: pg.Client;

beforeAll(async () => {
  admin = new pg.Client(server.url);
  await admin.connect();
  await admin.query('create database fleet');
});
afterAll(() => admin.end());

const queue = (): string => server.url.replace('/postgres?', '/fleet?');

/** On a queue of this file; with a server of its own, so that the databases of a killed one do not matter. */
function worker(...more: readonly string[]): Running {
  return start(['worker', '--queue', queue(), '--server', server.url, '--jobs', '1', ...more]);
}

async function rows(text: string): Promise<readonly any[]> {
  const client = new pg.Client(queue());
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** What is reported, without what tells how the work was done. */
function said(stdout: string): readonly unknown[] {
  return fromJson(JSON.parse(stdout)).results.map((result) => ({
    ...result,
    durationMs: 0,
    coverage: { ...result.coverage, learned: 0 },
  }));
}

const args = [
  'check',
  fixture('bank.ts'),
  fixture('helped.ts'),
  '--variant',
  'bank/faulty,bank/mended,helped/mended',
  '--isolation',
  'all',
  '--sessions',
  '2',
  '--runs',
  '4',
  '--seed',
  '3',
  '--json',
  '-',
];

test('three workers, one of them killed in the middle of a job: every job counts once', async () => {
  const alone = await lockstep([...args, '--server', server.url, '--workers', '1']);
  const workers = [worker(), worker(), worker()];
  const running = start([...args, '--queue', queue()]);
  const [victim] = workers;
  const pid = victim?.process.pid;
  await until(async () => {
    const held = await rows(
      `select from lockstep_queue.holder join lockstep_queue.member on worker = number where name like '%process ${pid}'`,
    ).catch(() => []);
    return held.length > 0 ? true : undefined;
  });
  victim?.process.kill('SIGKILL');
  const { code, stdout, stderr } = await running.ended;
  expect(said(stdout)).toEqual(said(alone.stdout));
  expect(said(stdout)).toHaveLength(9);
  expect(code).toBe(alone.code);
  expect(stderr).toContain('a worker died, and others do its jobs: ');
  const others = workers.slice(1);
  for (const each of others) each.process.kill('SIGINT');
  const ends = await Promise.all(others.map((each) => each.ended));
  expect(ends.map((each) => each.code)).toEqual([130, 130]);
  const done = ends.map((each) => Number(/^(\d+) jobs? done$/m.exec(each.stdout)?.[1]));
  // The killed one may have finished some before the job in which it died.
  expect(done.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(9);
  expect(await rows('select from lockstep_queue.job')).toEqual([]);
  expect(await rows('select from lockstep_queue.holder')).toEqual([]);
});

test('fuzz on a queue keeps its races here; a worker without work ends by itself', async () => {
  const cwd = emptyFolder();
  const running = start(
    [
      'fuzz',
      fixture('bank.ts'),
      '--variant',
      'faulty',
      '--queue',
      queue(),
      '--schedules',
      '4',
      '--seed',
      '1',
    ],
    { cwd },
  );
  await running.said('a new campaign');
  const one = worker('--idle-exit', '5s');
  const { code, stdout } = await running.ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(/^1 new race, /m);
  const shown = await lockstep(['corpus', 'list'], { cwd });
  expect(shown.stdout).toContain('lost update (P4)');
  const ended = await one.ended;
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/^\d+ jobs done$/m);
});

test('Ctrl-C withdraws the jobs: the worker gives up its own, and takes those of the next campaign', async () => {
  const one = worker();
  const endless = ['check', fixture('helped.ts'), '--variant', 'mended', '--total', '1000000'];
  const running = start([...endless, '--no-reduction', '--queue', queue()]);
  await until(async () =>
    (await rows('select from lockstep_queue.holder').catch(() => [])).length > 0 ? true : undefined,
  );
  running.process.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(await rows('select from lockstep_queue.job')).toEqual([]);
  const next = await lockstep([
    'check',
    fixture('bank.ts'),
    '--variant',
    'mended',
    '--runs',
    '5',
    '--queue',
    queue(),
  ]);
  expect(next.code).toBe(0);
  one.process.kill('SIGINT');
  await one.ended;
});

test('a killed campaign is removed from the queue by the next one who looks', async () => {
  const one = worker();
  const endless = ['check', fixture('helped.ts'), '--variant', 'mended', '--total', '1000000'];
  const running = start([...endless, '--no-reduction', '--queue', queue()]);
  await until(async () => ((await rows('select from lockstep_queue.holder')).length > 0 ? true : undefined));
  running.process.kill('SIGKILL');
  await running.ended;
  await until(async () => ((await rows('select from lockstep_queue.job')).length === 0 ? true : undefined));
  expect(await rows(`select from lockstep_queue.member where kind = 'campaign'`)).toEqual([]);
  one.process.kill('SIGINT');
  await one.ended;
});

test('a search that is divided among processes, and among workers, gives the same certificate', async () => {
  const cwd = emptyFolder();
  const certify = ['certify', fixture('turns.ts'), '--sessions', '3', '--operations', '1'];
  const written = async (folder: string, ...more: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await lockstep([...certify, '--certificates', folder, ...more], { cwd });
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    expect(stdout).toContain('all 96 classes');
    return readFileSync(join(cwd, folder, 'turns--read-committed--postgres.json'), 'utf8');
  };
  const alone = await written('alone', '--server', server.url, '--workers', '1');
  expect(await written('processes', '--server', server.url, '--divide', '--workers', '2')).toBe(alone);
  const workers = [worker(), worker()];
  expect(await written('queue', '--divide', '--queue', queue())).toBe(alone);
  for (const each of workers) each.process.kill('SIGINT');
  const ends = await Promise.all(workers.map((each) => each.ended));
  expect(ends.map(({ stdout }) => /^\d+ jobs? done$/m.test(stdout))).toEqual([true, true]);
});

test('a worker with another version of the model file says so', async () => {
  const cwd = emptyFolder();
  const one = start(['worker', '--queue', queue(), '--jobs', '1'], { cwd });
  const running = start(['check', 'bank.ts', '--queue', queue()], { cwd: join(fixture('.')) });
  await running.said('does not take jobs of this campaign');
  expect(one.stderr).toMatch(/does not take its jobs: cannot read what .*bank\.ts is made of/);
  running.process.kill('SIGINT');
  one.process.kill('SIGINT');
  await Promise.all([running.ended, one.ended]);
});

test('no queue there: a fault in plain words', async () => {
  const nowhere = 'postgres://nobody@127.0.0.1:1/nowhere';
  for (const command of [['check', fixture('bank.ts')], ['worker']]) {
    const { code, stderr } = await lockstep([...command, '--queue', nowhere]);
    expect(code).toBe(4);
    expect(stderr).toContain('error: the queue cannot be used\nDETAIL: connect ECONNREFUSED');
  }
  const { code, stderr } = await lockstep(['worker']);
  expect(code).toBe(2);
  expect(stderr).toContain('a worker needs the address of a queue');
});
