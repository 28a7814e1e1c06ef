/** Settings of the throw-away cluster: fast, quiet, and never meant to survive a crash. */
import type { Programs } from './prepare-binaries.ts';

/** Where the server listens: a socket in the private folder, or a loopback port with a password. */
export type Endpoint =
  | { readonly kind: 'socket' }
  | { readonly kind: 'port'; readonly port: number; readonly passwordFile: string };

export const superuser = 'postgres';

const settings: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  // Background work at unpredictable moments would make runs differ.
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  // The log lies in memory if the cluster does.
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '200',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Errors that keep a server from starting are FATAL; all others go to the clients.
  log_min_messages: 'fatal',
  // In the data folder, so that nothing of a killed server stays in /dev/shm.
  dynamic_shared_memory_type: 'mmap',
};

export function initdbCommand(programs: Programs, data: string, listen: Endpoint): readonly string[] {
  const authentication =
    listen.kind === 'socket' ? ['-A', 'trust'] : ['-A', 'password', `--pwfile=${listen.passwordFile}`];
  const always = ['-D', data, '-U', superuser, '-E', 'UTF8', '--locale=C', '--no-sync'];
  // 1 MB: filling the usual 16 MB with zeros takes a twentieth of the start.
  return [programs.initdb, ...always, '--wal-segsize=1', ...authentication];
}

export function postgresCommand(
  programs: Programs,
  socketFolder: string,
  data: string,
  listen: Endpoint,
  more: Readonly<Record<string, string>> = {},
): readonly string[] {
  const where: Readonly<Record<string, string>> =
    listen.kind === 'socket'
      ? {
          listen_addresses: '',
          unix_socket_directories: `"${socketFolder}"`,
          unix_socket_permissions: '0700',
          port: '5432',
        }
      : { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(listen.port) };
  const options = Object.entries({ ...settings, ...more, ...where }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  return [programs.postgres, '-D', data, ...options];
}
