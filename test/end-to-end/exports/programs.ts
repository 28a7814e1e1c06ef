/** Runs exported files with the programs they are for, on a server of the test's own. */
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Database } from '../../../src/driver/contract.ts';

/** Folders of PATH, then those of Debian, newest first. */
function folders(): readonly string[] {
  const root = '/usr/lib/postgresql';
  const versions = readable(() => readdirSync(root)) ?? [];
  const newest = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'));
  return [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...newest];
}

function readable<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function executable(file: string): boolean {
  return readable(() => accessSync(file, constants.X_OK) ?? true) ?? false;
}

/** The folder of psql. */
export const psqlFolder: string | undefined = folders().find((folder) => executable(join(folder, 'psql')));

/** Part of Debian's postgresql-client, where psql is too. */
export const isolationtester: string | undefined = folders()
  .filter((folder) => folder.startsWith('/usr/lib/postgresql/'))
  .map((folder) => join(dirname(folder), 'lib/pgxs/src/test/isolation/isolationtester'))
  .find(executable);

export const withoutPsql = 'psql is not on this machine: install postgresql-client';
export const withoutTester = 'isolationtester is not on this machine: install postgresql-client (Debian)';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** How a program reaches the server that this database is on. */
export function environment(database: Database): Record<string, string> {
  const { host, port, user, password } = database.clientConfig({ kind: 'admin' });
  return {
    PATH: [psqlFolder, process.env['PATH']].join(delimiter),
    PGHOST: String(host),
    PGPORT: String(port),
    PGUSER: String(user),
    PGDATABASE: 'postgres',
    ...(typeof password === 'string' ? { PGPASSWORD: password } : {}),
  };
}

export function run(
  program: string,
  args: readonly string[],
  input: string,
  env: Record<string, string>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.end(input);
  });
}

/** A database on that server, by another's name. */
export async function withDatabase<T>(
  name: string,
  env: Record<string, string>,
  body: () => Promise<T>,
): Promise<T> {
  const ask = (sql: string): Promise<void> =>
    new Promise((resolve, reject) => {
      execFile('psql', ['-X', '-q', '-c', sql], { env }, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  await ask(`create database ${name} template template0`);
  try {
    return await body();
  } finally {
    await ask(`drop database ${name}`);
  }
}
