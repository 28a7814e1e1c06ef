/** A database on PGlite: the whole of one instance, until it is dropped. */
import type { Client, ClientConfig } from 'pg';
import { Fault, messageOf } from '../../core/fault.ts';
import type { Capabilities, Database } from '../contract.ts';
import type { Instance } from './instance.ts';
import { PgliteStream, type Server, type Streams } from './stream.ts';

const capabilities: Capabilities = {
  concurrentTransactions: false,
  isolationLevels: ['read committed'],
  announcesWaits: false,
  replicaRole: true,
  reportsPlans: false,
};

/** Longer than any run: the timer only keeps the process alive and never fires. */
const forever = 2 ** 31 - 1;

/** @param giveBack called once, after the database was dropped and its clients are gone */
export function lend(instance: Instance, giveBack: () => Promise<void>): Database {
  const { backend, greeting } = instance;
  const streams: Streams = new Map();
  const server: Server = { backend, greeting, streams, isOpen: () => dropped === undefined };
  let alive: NodeJS.Timeout | undefined;
  let dropped: Promise<void> | undefined;

  const endAll = async (wanted: (pid: number) => boolean): Promise<void> => {
    const ending = [...streams].filter(([pid]) => wanted(pid)).map(([, stream]) => stream.terminate());
    await Promise.all(ending);
  };
  const keepAlive = (on: boolean): void => {
    clearInterval(alive);
    alive = on ? setInterval(() => {}, forever) : undefined;
  };
  const drop = async (): Promise<void> => {
    keepAlive(false);
    await endAll(() => true);
    await giveBack();
  };

  return {
    engine: instance.name,
    capabilities,
    /**
     * The role makes no difference: all clients share one Postgres session, so no setting can be given to one of them
     * on connecting (startup options are ignored). `admin` connections set what they need inside their own transactions
     * (`set local session_replication_role = replica`), and DISCARD ALL by any client resets the settings and removes
     * the prepared statements of all.
     */
    clientConfig: (): ClientConfig => ({
      user: 'postgres',
      database: 'postgres',
      // Otherwise PGSSLMODE and PGHOST of the environment would apply to a connection without a socket.
      host: 'localhost',
      ssl: false,
      stream: () => new PgliteStream(server),
    }),
    settings: () => ({}),
    waits: () => Promise.resolve([]),
    backends: () => Promise.resolve([]),
    // It does one thing at a time: a request is heard when the statement has ended.
    cancel: () => Promise.resolve(),
    terminate: (pids) => endAll((pid) => pids.includes(pid)),
    connectFault: (error) =>
      error instanceof Fault
        ? error
        : new Fault('PGlite refuses the connection', {
            code: 'pglite-refused',
            kind: 'engine',
            detail: messageOf(error),
          }),
    lostFault: (error) =>
      new Fault('the connection to PGlite was lost', {
        code: 'server-lost',
        kind: 'engine',
        detail: messageOf(error),
        cause: error,
      }),
    wouldWait: (client) => backend.holder !== undefined && backend.holder !== streamOf(client),
    keepAlive,
    drop: () => (dropped ??= drop()),
  };
}

/** `pg` keeps its stream here; its types leave that out. */
function streamOf(client: Client | undefined): unknown {
  type Connected = Client & { readonly connection?: { readonly stream: unknown } };
  return (client as Connected | undefined)?.connection?.stream;
}
