import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect } from 'vitest';
import { Fault } from '../../../../src/core/fault.ts';
import type { Database } from '../../../../src/driver/contract.ts';
import type { Address } from '../../../../src/driver/postgres/address.ts';
import { startCluster } from '../../../../src/driver/postgres/cluster.ts';
import type { Cluster, ClusterOptions } from '../../../../src/driver/postgres/cluster.ts';
import { commandLine } from '../../../../src/driver/postgres/command-line.ts';
import { findBinaries } from '../../../../src/driver/postgres/find-binaries.ts';
import { insideOf } from '../../../../src/driver/postgres/private-folder.ts';
import { until } from '../../../../src/driver/within.ts';
import { sharedMemoryOf } from '../../../support/shared-memory.ts';

export const isRoot: boolean = process.getuid?.() === 0;

/** An installed Postgres, where there is one: a second real server. */
export const installed = '/usr/lib/postgresql/15/bin';
export const hasInstalled: boolean = existsSync(join(installed, 'postgres'));

export async function eventually(
  condition: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  expect(await until(limitMs, condition), `not within ${limitMs} ms: ${condition.toString()}`).toBe(true);
}

export async function isRunning(pid: number): Promise<boolean> {
  return (await commandLine(pid)) !== '';
}

export interface Pids {
  readonly guardian: number;
  readonly postmaster: number;
}

/** Who runs the cluster in this folder, as they recorded it themselves. */
export function pidsOf(folder: string): Pids {
  const owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as { guardian: number };
  const postmaster = Number.parseInt(
    readFileSync(join(insideOf(folder), 'data', 'postmaster.pid'), 'utf8'),
    10,
  );
  return { guardian: owner.guardian, postmaster };
}

export async function allGone(folder: string, pids: Pids): Promise<void> {
  await eventually(
    async () =>
      !existsSync(folder) &&
      !(await isRunning(pids.guardian)) &&
      !(await isRunning(pids.postmaster)) &&
      sharedMemoryOf(new Set([pids.postmaster])).length === 0,
  );
}

export interface Child {
  readonly process: ChildProcess;
  readonly folder: string;
  readonly name: string;
  readonly lines: readonly string[];
  readonly ended: Promise<number | null>;
}

/** Starts `child.ts` and waits until its database is open. */
export async function startChild(args: readonly string[], options: SpawnOptions = {}): Promise<Child> {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
  const lines: string[] = [];
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const first = await new Promise<string>((done, failed) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      lines.push(line);
      done(line);
    });
    child.once('close', () => failed(new Error('the child ended before its database was open')));
  });
  const { host, name } = JSON.parse(first) as { host: string; name: string };
  return { process: child, folder: dirname(host), name, lines, ended };
}

export async function startServer(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  return startCluster({ binaries: await findBinaries(undefined), startTimeoutMs: 30_000, ...options });
}

export function urlOf(address: Address, user = address.user, password = String(address.password)): string {
  const login = `${user}:${password}`;
  return address.host.startsWith('/')
    ? `postgres://${login}@/postgres?host=${encodeURIComponent(address.host)}&port=${address.port}`
    : `postgres://${login}@${address.host}:${address.port}/postgres`;
}

/** A client of the server itself, for looking behind the driver's back. */
export async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export async function connectTo({ address }: Cluster): Promise<pg.Client> {
  const { host, port, user, password, database } = address;
  return connect({ host, port, user, password: password as string, database });
}

export function session(
  database: Database,
  isolation: 'read committed' | 'serializable' = 'read committed',
): Promise<pg.Client> {
  return connect(database.clientConfig({ kind: 'session', isolation }));
}

export async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]!.pid;
}

/** The folder of the throw-away cluster that a database is in. */
export function folderOf(database: Database): string {
  return dirname(database.clientConfig({ kind: 'admin' }).host!);
}

export function nameOf(database: Database): string {
  return database.clientConfig({ kind: 'admin' }).database!;
}

export async function databases(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ datname: string }>('select datname from pg_database order by 1');
  return rows.map((row) => row.datname);
}

export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Fault);
  return thrown as Fault;
}
