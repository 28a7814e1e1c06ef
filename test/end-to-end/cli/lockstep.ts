/** Runs the built command as a user does, in a folder of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import type { Database } from '../../../src/driver/contract.ts';
import { main, plainEnvironment, startProgram, type Ended, type Running } from '../../support/command.ts';

export type { Ended, Running };

export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

export interface RunOptions {
  /** Default: a new empty folder. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const folders: string[] = [];

/** Removed when the test file is done. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-cli-test-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function start(args: readonly string[], { cwd = emptyFolder(), env = {} }: RunOptions = {}): Running {
  return startProgram([process.execPath, main, ...args], { cwd, env: plainEnvironment(env) });
}

export function lockstep(args: readonly string[], options?: RunOptions): Promise<Ended> {
  return start(args, options).ended;
}

/** A server that others may use: started once, since a start costs most of a second. */
export interface SharedServer {
  readonly url: string;
  /** Databases that lockstep made there, other than this one. */
  databases(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function sharedServer(): Promise<SharedServer> {
  const { default: pg } = await import('pg');
  // A limit that nothing else uses, so that the driver is this file's own.
  const driver = postgres({ connectTimeoutMs: 10_001 });
  const database: Database = await driver.open();
  const { host, port, user } = database.clientConfig({ kind: 'admin' });
  const client = new pg.Client(database.clientConfig({ kind: 'admin' }));
  await client.connect();
  const url = `postgres://${user}@/postgres?host=${encodeURIComponent(String(host))}&port=${port}`;
  return {
    url,
    databases: async () => {
      const { rows } = await client.query<{ datname: string }>(
        `select datname from pg_database where datname like 'lockstep\\_%' and datname <> current_database()`,
      );
      return rows.map((row) => row.datname);
    },
    close: async () => {
      await client.end();
      await driver.close();
    },
  };
}

/** The saved failures of a run in this folder: names and contents. */
export function failuresIn(
  folder: string,
): readonly { readonly name: string; readonly value: Record<string, unknown> }[] {
  const failures = join(folder, 'reports', 'failures');
  try {
    return readdirSync(failures).map((name) => ({
      name,
      value: JSON.parse(readFileSync(join(failures, name), 'utf8')) as Record<string, unknown>,
    }));
  } catch {
    return [];
  }
}

/** A server for the tests of the calling file: started before the first, closed after the last. */
export function serverOfFile(): Pick<SharedServer, 'url' | 'databases'> {
  let server: SharedServer | undefined;
  const started = (): SharedServer => {
    if (server === undefined) throw new Error('the server of a file is there in its tests only');
    return server;
  };
  beforeAll(async () => {
    server = await sharedServer();
  });
  afterAll(() => server?.close());
  return {
    get url() {
      return started().url;
    },
    databases: () => started().databases(),
  };
}
