/** Ctrl-C: what was found is kept, what was made is dropped, and a command that is killed leaves nothing running. */
import { expect, test } from 'vitest';
import { emptyFolder, failuresIn, fixture, serverOfFile, start, type Running } from './lockstep.ts';

const server = serverOfFile();

/** What it takes to search `long` without an end; the failure of `bank` is found, and made small, in a moment. */
const endless = ['--sessions', '2', '--operations', '2', '--schedules', '1000000000', '--seed', '1'];

interface Begun extends Running {
  readonly cwd: string;
  /** The database in which the search goes on. */
  readonly database: string;
}

const checking = ['check', fixture('bank.ts'), fixture('long.ts'), '--variant', 'faulty,long'];

/** A run that has found a failure and is in the middle of a search without an end. */
async function begin(): Promise<Begun> {
  const cwd = emptyFolder();
  const before = new Set(await server.databases());
  const args = [...checking, '--server', server.url, ...endless, '--workers', '1'];
  const running = start(args, { cwd });
  await running.said('2/2 long');
  // The first model's is dropped by now, since a model's result comes after that.
  let database: string | undefined;
  await until(async () => {
    database = (await server.databases()).find((name) => !before.has(name));
    return database !== undefined;
  });
  return { ...running, cwd, database: database ?? '' };
}

/** Asks until it is so; the test's time limit ends it. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends it in order', async (signal, code) => {
  const { process, ended, cwd, database } = await begin();
  process.kill(signal);
  const { stdout, ...end } = await ended;
  expect(end.code).toBe(code);
  expect(stdout).toContain('VIOLATION  lost update (P4) in bank/faulty');
  expect(stdout).toMatch(/1 violated, /);
  // It came during the search, or before the first schedule of it.
  expect(stdout).toMatch(/interrupted before the search was over|, 1 not begun/);
  expect(failuresIn(cwd)).toHaveLength(1);
  expect(await server.databases()).not.toContain(database);
});

test('a second SIGINT ends it at once, whatever an operation does', async () => {
  const busy = ['check', fixture('bad.ts'), '--variant', 'loops-forever', '--stall', '1h'];
  const { process, ended, said } = start([...busy, '--server', server.url, '--workers', '1']);
  await said('round and round');
  process.kill('SIGINT');
  await said('interrupted');
  let over = false;
  void ended.then(() => (over = true));
  // Another one at once is taken for the same; the pause only keeps us from sending thousands, and decides nothing.
  await until(async () => {
    process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 20));
    return over;
  });
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(stdout).toBe('');
});

test('two signals at once, as of timeout(1), are one', async () => {
  const { process, ended } = await begin();
  // Of two that are the same, only one might arrive.
  process.kill('SIGTERM');
  process.kill('SIGHUP');
  const { code, stdout } = await ended;
  // Which of them is seen first is not said.
  expect([143, 129]).toContain(code);
  expect(stdout).toMatch(/1 violated, /);
});

test('several workers end in order, too, and the result of one of them is reported', async () => {
  const cwd = emptyFolder();
  const args = [...checking, '--server', server.url, ...endless, '--workers', '2'];
  const { process, ended, said } = start(args, { cwd });
  await Promise.all([said('1/2 bank'), said('2/2 long')]);
  await until(async () => failuresIn(cwd).length > 0);
  process.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(stdout).toContain('VIOLATION  lost update (P4) in bank/faulty');
  expect(stdout).toMatch(/interrupted before the search was over|, 1 not begun/);
});

test('where the command is killed its workers clean up', async () => {
  const before = new Set(await server.databases());
  const begun = async (): Promise<readonly string[]> =>
    (await server.databases()).filter((name) => !before.has(name));
  const levels = ['--isolation', 'read committed,repeatable read', '--workers', '2'];
  const args = ['check', fixture('long.ts'), '--server', server.url, ...endless, ...levels];
  const { process, ended } = start(args);
  await until(async () => (await begun()).length > 1);
  process.kill('SIGKILL');
  await ended;
  expect(await begun()).toEqual([]);
});
