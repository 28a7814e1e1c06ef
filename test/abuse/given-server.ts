/**
 * A server that the tool is given: a Postgres of this suite's, supervised as a service manager would, so that it comes
 * back after a crash. It ends with the process that started it, however that ends: a pipe closes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findClusterUser } from '../../src/driver/postgres/cluster-user.ts';
import { findBinaries } from '../../src/driver/postgres/find-binaries.ts';
import { prepareBinaries } from '../../src/driver/postgres/prepare-binaries.ts';
import { until } from '../../src/driver/within.ts';

const startLimitMs = 30_000;

/** $1 initdb, $2 postgres, $3 folder; the rest: settings. */
const supervisor = `
initdb=$1 postgres=$2 folder=$3; shift 3
"$initdb" -D "$folder/data" -U postgres -E UTF8 --locale=C --no-sync -A trust >"$folder/log" 2>&1 || exit 1
trap 'kill -QUIT $server 2>/dev/null; wait $server; rm -rf "$folder"; exit 0' TERM
exec 3<&0
( cat <&3 >/dev/null; kill -TERM $$ ) &
while :; do
  "$postgres" -D "$folder/data" "$@" >>"$folder/log" 2>&1 &
  server=$!
  wait $server
done
`;

export class GivenServer {
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
  }

  /** @param settings of the server, beyond those that make it quick */
  static async start(root: string, settings: Readonly<Record<string, string>> = {}): Promise<GivenServer> {
    const user = await findClusterUser();
    const folder = mkdtempSync(join(root, 'lsg-'));
    chmodSync(folder, 0o755);
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const { initdb, postgres } = await prepareBinaries(await findBinaries(undefined), user, folder);
    const all = {
      fsync: 'off',
      listen_addresses: '',
      unix_socket_directories: folder,
      dynamic_shared_memory_type: 'mmap',
      ...settings,
    };
    const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn('sh', ['-c', supervisor, 'sh', initdb, postgres, folder, ...options], {
      cwd: folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: true,
      ...(user !== undefined && { uid: user.uid, gid: user.gid }),
    });
    const server = new GivenServer(child, folder);
    await server.ready();
    await server.query('create role plain login createdb');
    return server;
  }

  url(role: 'postgres' | 'plain' | (string & {})): string {
    return `postgres://${role}@/postgres?host=${encodeURIComponent(this.#folder)}`;
  }

  get postmaster(): number {
    return Number.parseInt(readFileSync(join(this.#folder, 'data', 'postmaster.pid'), 'utf8'), 10);
  }

  /** Waits until it answers, again if need be. */
  async ready(): Promise<void> {
    const answers = (): Promise<boolean> =>
      this.query('select 1').then(
        () => true,
        () => false,
      );
    if (await until(startLimitMs, answers, 20)) return;
    throw new Error(`the given server does not start: ${readFileSync(join(this.#folder, 'log'), 'utf8')}`);
  }

  async query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new pg.Client({ connectionString: this.url('postgres') });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Databases other than those that every server has. */
  async databases(): Promise<readonly string[]> {
    const rows = await this.query(
      "select datname::text as name from pg_database where not datistemplate and datname <> 'postgres' order by 1",
    );
    return rows.map(({ name }) => String(name));
  }

  /** So that the next case is not blamed for what this one left. */
  async dropAll(): Promise<void> {
    for (const name of await this.databases())
      await this.query(`drop database if exists "${name}" with (force)`);
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>((done) => this.#process.once('exit', () => done()));
    this.#process.stdin?.end();
    if (this.#process.exitCode === null) await gone;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
