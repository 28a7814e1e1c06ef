/** A pgbouncer before a given server. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findClusterUser } from '../../src/driver/postgres/cluster-user.ts';
import { until } from '../../src/driver/within.ts';
import type { GivenServer } from './given-server.ts';

const port = 6432;

export function withoutPgbouncer(): string | undefined {
  return spawnSync('pgbouncer', ['--version']).status === 0 ? undefined : 'pgbouncer is not installed';
}

/** Does something with the address of a pooler, as the plain role. */
export async function behindPgbouncer(
  server: GivenServer,
  settings: Readonly<Record<string, string>>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lsp-'));
  const host = new URLSearchParams(server.url('plain').split('?')[1]).get('host') ?? '';
  const all = { auth_type: 'trust', auth_file: join(folder, 'users'), unix_socket_dir: folder, ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(join(folder, 'users'), '"plain" ""\n"postgres" ""\n');
  const text = ['[databases]', `* = host=${host}`, '[pgbouncer]', `listen_port = ${port}`, ...lines];
  writeFileSync(join(folder, 'ini'), text.join('\n'));
  chmodSync(folder, 0o755);
  const user = await findClusterUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const pgbouncer = spawn('pgbouncer', [join(folder, 'ini')], {
    stdio: 'ignore',
    ...(user !== undefined && { uid: user.uid, gid: user.gid }),
  });
  const ended = once(pgbouncer, 'exit');
  try {
    if (!(await until(20_000, () => existsSync(join(folder, `.s.PGSQL.${port}`)))))
      throw new Error('pgbouncer does not start');
    await work(`postgres://plain@/postgres?host=${encodeURIComponent(folder)}&port=${port}`);
  } finally {
    pgbouncer.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
