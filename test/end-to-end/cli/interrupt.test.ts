/** Ctrl-C: what was found is kept, what was made is dropped, and a command that is killed leaves nothing running. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  emptyFolder,
  failuresIn,
  fixture,
  sharedServer,
  start,
  type Running,
  type SharedServer,
} from './lockstep.ts';

let server: SharedServer;
beforeAll(async () => {
  server = await sharedServer();
});
afterAll(() => server.close());

const endless = [
  '--sessions',
  '3',
  '--operations',
  '3',
  '--runs',
  '1000',
  '--schedules',
  '100000',
  '--seed',
  '1',
];

interface Begun extends Running {
  readonly cwd: string;
  /** The database in which the search goes on. */
  readonly database: string;
}

/** A run that has found a failure and is in the middle of a search without an end. */
async function begin(): Promise<Begun> {
  const cwd = emptyFolder();
  const before = new Set(await server.databases());
  const files = [fixture('bank.ts'), fixture('long.ts')];
  const args = ['check', ...files, '--variant', 'faulty,long', '--server', server.url, ...endless];
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
] as const)('%s ends it in order', async (signal, code) => {
  const { process, ended, cwd, database } = await begin();
  process.kill(signal);
  const { stdout, ...end } = await ended;
  expect(end.code).toBe(code);
  expect(stdout).toContain('VIOLATION  not serializable: lost update (P4) in bank/faulty');
  expect(stdout).toMatch(/1 violated, /);
  // It came during the search, or before the first schedule of it.
  expect(stdout).toMatch(/interrupted before the search was over|, 1 not begun/);
  expect(failuresIn(cwd)).toHaveLength(1);
  expect(await server.databases()).not.toContain(database);
});

test('a second SIGINT ends it at once', async () => {
  const { process, ended, said } = await begin();
  process.kill('SIGINT');
  await said('interrupted');
  process.kill('SIGINT');
  expect((await ended).code).toBe(130);
});

test('where the command is killed its worker cleans up', async () => {
  const { process, ended, database } = await begin();
  process.kill('SIGKILL');
  await ended;
  expect(await server.databases()).not.toContain(database);
});
