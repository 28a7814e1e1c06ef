/** The driver's lifetime: one server while it is open, started by the first `open`, gone after `close`. */
import type { Database, Driver } from '../contract.ts';
import { parseAddress } from './address.ts';
import { startCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { findBinaries } from './find-binaries.ts';
import type { ResolvedOptions } from './options.ts';
import { Server } from './server.ts';
import { stillness } from './stillness.ts';

interface RunningServer {
  readonly server: Server;
  /** Undefined if the server was given: then it is not ours to stop. */
  readonly cluster: Cluster | undefined;
}

/** Drivers to close if the process comes to its natural end and they are still open. */
const openDrivers = new Set<PostgresDriver>();
let closesAtExit = false;

export class PostgresDriver implements Driver {
  readonly kind = 'postgres';
  readonly #options: ResolvedOptions;
  #running: Promise<RunningServer> | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  async open(): Promise<Database> {
    await this.#closing.catch(() => undefined);
    const starting = this.#start();
    const running = await starting;
    if (!running.server.lost) return running.server.createDatabase();
    // It crashed or was stopped since the last time: remove its remains and start a new one, unless another
    // `open` noticed first.
    if (this.#running === starting) await this.close().catch(() => undefined);
    await this.#closing.catch(() => undefined);
    return (await this.#start()).server.createDatabase();
  }

  close(): Promise<void> {
    openDrivers.delete(this);
    const running = this.#running;
    if (running === undefined) return this.#closing;
    this.#running = undefined;
    this.#closing = stop(running);
    return this.#closing;
  }

  #start(): Promise<RunningServer> {
    if (this.#running !== undefined) return this.#running;
    closeAtExit(this);
    const starting = start(this.#options);
    this.#running = starting;
    starting.catch(() => {
      // The next `open` tries again.
      if (this.#running === starting) this.#running = undefined;
    });
    return starting;
  }
}

async function start(options: ResolvedOptions): Promise<RunningServer> {
  const { connectTimeoutMs, startTimeoutMs } = options;
  if (options.server !== undefined) {
    const server = await Server.connect(parseAddress(options.server), connectTimeoutMs);
    return { server, cluster: undefined };
  }
  const cluster = await startCluster({ binaries: await findBinaries(options.binaries), startTimeoutMs });
  try {
    return { server: await Server.connect(cluster.address, connectTimeoutMs, stillness()), cluster };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function stop(starting: Promise<RunningServer>): Promise<void> {
  // A server that failed to start has cleaned up after itself, and its `open` has failed.
  const running = await starting.catch(() => undefined);
  if (running === undefined) return;
  if (running.cluster === undefined) return running.server.close();
  await running.server.leave();
  await running.cluster.stop();
}

/**
 * `beforeExit` comes when nothing is left to do, and its listeners may start more work. It does not come after
 * `process.exit` or a signal: then the guardian removes a cluster, and the next run a database.
 */
function closeAtExit(driver: PostgresDriver): void {
  openDrivers.add(driver);
  if (closesAtExit) return;
  closesAtExit = true;
  process.on('beforeExit', () => {
    for (const open of openDrivers) open.close().catch(() => undefined);
  });
}
