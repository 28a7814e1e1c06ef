/** The throw-away cluster: a server of our own that dies with this process, however this process dies. */
import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Fault, messageOf } from '../../core/fault.ts';
import type { Address } from './address.ts';
import { initdbCommand, postgresCommand, superuser } from './cluster-settings.ts';
import type { Endpoint } from './cluster-settings.ts';
import { findClusterUser } from './cluster-user.ts';
import type { ClusterUser } from './cluster-user.ts';
import type { Binaries } from './find-binaries.ts';
import { Guardian } from './guardian.ts';
import { removeLeftover, sweepLeftovers, machineId } from './leftovers.ts';
import { prepareBinaries } from './prepare-binaries.ts';
import { insideOf, makePrivateFolder } from './private-folder.ts';

export interface Cluster {
  readonly address: Address;
  readonly folder: string;
  /** Process numbers, for tests and for people. */
  readonly guardian: number;
  readonly postmaster: number;
  /** Stops the server at once and waits until server and folder are gone. Idempotent; never fails. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly binaries: Binaries;
  readonly startTimeoutMs: number;
  /** Default: a socket, and a loopback port with a random password on Windows. */
  readonly listen?: Endpoint['kind'];
  /** Settings of the server besides its usual ones, which they override. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** @throws Fault `cluster-start-failed`, `cluster-start-timeout`, `no-unprivileged-user`, or of `prepareBinaries` */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const user = await findClusterUser();
  const folder = await makePrivateFolder(user);
  const inside = insideOf(folder);
  let guardian: Guardian;
  let address: Address;
  try {
    const programs = await prepareBinaries(options.binaries, user, folder);
    const { listen, password } = await prepareListening(options.listen, folder, user);
    address = addressOf(inside, listen, password);
    const data = join(inside, 'data');
    const server = {
      where: await machineId(),
      initdb: initdbCommand(programs, data, listen),
      postgres: postgresCommand(programs, inside, data, listen, options.settings),
    };
    const owner = user !== undefined && { uid: user.uid, gid: user.gid };
    guardian = new Guardian({ folder, inside, server, ...owner });
  } catch (error) {
    await removeLeftover(folder).catch(() => undefined);
    throw error instanceof Fault ? error : startFault(messageOf(error), '');
  }
  // Meanwhile, since it takes no longer than initdb.
  const swept = sweepLeftovers();
  const started = await guardian.ready(options.startTimeoutMs);
  await swept;
  if (started.kind === 'ready') {
    return {
      address,
      folder,
      guardian: guardian.pid,
      postmaster: started.postmaster,
      stop: () => guardian.stop(),
    };
  }
  await guardian.stop();
  if (started.kind === 'failed') throw startFault(started.reason, started.log);
  throw new Fault('the throw-away Postgres server takes too long to start', {
    code: 'cluster-start-timeout',
    kind: 'engine',
    detail: `it was not ready after ${options.startTimeoutMs} ms`,
    hint: 'raise startTimeoutMs, or give the URL of a running server',
  });
}

function startFault(reason: string, log: string): Fault {
  return new Fault('the throw-away Postgres server does not start', {
    code: 'cluster-start-failed',
    kind: 'engine',
    detail: [reason, log].filter((part) => part !== '').join('\n'),
    hint: 'point the driver at other binaries, or give the URL of a running server',
  });
}

async function prepareListening(
  asked: Endpoint['kind'] | undefined,
  folder: string,
  user: ClusterUser | undefined,
): Promise<{ readonly listen: Endpoint; readonly password: string | undefined }> {
  if ((asked ?? (process.platform === 'win32' ? 'port' : 'socket')) === 'socket') {
    return { listen: { kind: 'socket' }, password: undefined };
  }
  // A port is open to everyone on this machine, so it needs a password; the folder's mode guards the file.
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  return { listen: { kind: 'port', port: await freePort(), passwordFile }, password };
}

function addressOf(socketFolder: string, listen: Endpoint, password: string | undefined): Address {
  return {
    host: listen.kind === 'socket' ? socketFolder : '127.0.0.1',
    port: listen.kind === 'socket' ? 5432 : listen.port,
    user: superuser,
    // Given even if none is needed, or `pg` would read the environment and the password file.
    password: password ?? '',
    ssl: false,
    options: '',
    database: 'postgres',
  };
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
