/** A server that we are connected to, and the databases that we made on it. */
import { Fault, messageOf } from '../../core/fault.ts';
import type { Stillness } from '../contract.ts';
import type { Address } from './address.ts';
import { formatAddress } from './address.ts';
import { clientConfig, noTimeouts, settingsOf } from './client-config.ts';
import { codeOf, sqlstateOf } from './connect-fault.ts';
import { PostgresDatabase } from './database.ts';
import { readFacts } from './server-facts.ts';
import type { ServerFacts } from './server-facts.ts';
import { ServiceConnection } from './service-connection.ts';
import {
  createOwned,
  dropDatabase,
  dropStaleDatabases,
  freshName,
  lock,
  unlock,
  type Maintenance,
} from './stale-databases.ts';

export class Server {
  readonly #address: Address;
  readonly #connectTimeoutMs: number;
  readonly #facts: ServerFacts;
  readonly #maintenance: Maintenance;
  readonly #stillness: Stillness | undefined;
  readonly #databases = new Set<PostgresDatabase>();

  private constructor(
    address: Address,
    connectTimeoutMs: number,
    facts: ServerFacts,
    connection: ServiceConnection,
    stillness: Stillness | undefined,
  ) {
    this.#address = address;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#facts = facts;
    this.#maintenance = {
      connection,
      versionNumber: facts.versionNumber,
      inside: (name) => this.#connectTo(name),
    };
    this.#stillness = stillness;
  }

  /**
   * Connects, checks the version and drops the databases of killed runs.
   *
   * @param stillness given if the server's processes are ours
   * @throws Fault of `connectFault`, `server-too-old`
   */
  static async connect(address: Address, connectTimeoutMs: number, stillness?: Stillness): Promise<Server> {
    const connection = await openMaintenance(address, connectTimeoutMs);
    try {
      const facts = await readFacts(connection);
      // Which timeouts to switch off on this server is known only now.
      const settings = settingsOf({ kind: 'service' }, facts);
      await connection.query(
        'select set_config(name, value, false) from unnest($1::text[], $2::text[]) as s(name, value)',
        [Object.keys(settings), Object.values(settings)],
      );
      const server = new Server(address, connectTimeoutMs, facts, connection, stillness);
      await dropStaleDatabases(server.#maintenance);
      return server;
    } catch (error) {
      await connection.end();
      throw error;
    }
  }

  get lost(): boolean {
    return this.#maintenance.connection.lost;
  }

  /** @throws Fault `cannot-create-database`, `server-lost`, or of `connectFault` */
  async createDatabase(): Promise<PostgresDatabase> {
    const name = freshName();
    const { connection } = this.#maintenance;
    this.#wake();
    await lock(connection, name);
    try {
      await createOwned(connection, name);
      const monitor = await this.#connectTo(name);
      await lock(monitor, name);
      const database: PostgresDatabase = new PostgresDatabase({
        name,
        address: this.#address,
        facts: this.#facts,
        connectTimeoutMs: this.#connectTimeoutMs,
        stillness: this.#stillness,
        monitor,
        dropFromServer: async () => {
          this.#databases.delete(database);
          await this.#wakeBackends(name);
          await this.#drop(name);
        },
      });
      this.#databases.add(database);
      return database;
    } catch (error) {
      await this.#drop(name).catch(() => undefined);
      throw sqlstateOf(error) === undefined ? error : createFault(error, this.#address);
    }
  }

  #connectTo(name: string): Promise<ServiceConnection> {
    const settings = settingsOf({ kind: 'service' }, this.#facts);
    return ServiceConnection.open(
      clientConfig(this.#address, name, settings, this.#connectTimeoutMs),
      this.#address,
    );
  }

  /** If all backends are stopped, those of the driver are among them and would not answer. */
  #wake(): void {
    this.#stillness?.resume([this.#maintenance.connection.pid]);
  }

  /** A stopped backend does not even notice that its database is dropped. */
  async #wakeBackends(name: string): Promise<void> {
    if (this.#stillness === undefined) return;
    this.#wake();
    const text = 'select pid from pg_stat_activity where datname = $1';
    this.#stillness.resume(
      (await this.#maintenance.connection.query(text, [name])).map(([pid]) => Number(pid)),
    );
  }

  async #drop(name: string): Promise<void> {
    await dropDatabase(this.#maintenance, name);
    await unlock(this.#maintenance.connection, name);
  }

  /** Drops our databases and disconnects. */
  async close(): Promise<void> {
    try {
      const dropped = await Promise.allSettled([...this.#databases].map((database) => database.drop()));
      const failed = dropped.find((each) => each.status === 'rejected');
      if (failed !== undefined && !this.lost) throw failed.reason;
    } finally {
      await this.leave();
    }
  }

  /** Disconnects without dropping anything: the server itself is about to go. Never fails. */
  async leave(): Promise<void> {
    await Promise.all([...this.#databases].map((database) => database.leave()));
    this.#databases.clear();
    await this.#maintenance.connection.end();
  }
}

/**
 * Connects to the given database. A URL without one means the user's, which often does not exist; then to `postgres`.
 */
async function openMaintenance(address: Address, connectTimeoutMs: number): Promise<ServiceConnection> {
  const open = (database: string): Promise<ServiceConnection> =>
    ServiceConnection.open(clientConfig(address, database, noTimeouts, connectTimeoutMs), address);
  try {
    return await open(address.database);
  } catch (error) {
    const missing = error instanceof Fault && codeOf(error.cause) === '3D000';
    if (!missing || address.database !== address.user) throw error;
    return await open('postgres');
  }
}

function createFault(error: unknown, address: Address): Fault {
  return new Fault('cannot create a database on the Postgres server', {
    code: 'cannot-create-database',
    kind: 'engine',
    detail: `${formatAddress(address)}: ${messageOf(error)}`,
    hint:
      codeOf(error) === '42501'
        ? 'everything runs in a database of its own: give the role the right with ALTER ROLE ... CREATEDB'
        : undefined,
    cause: error,
  });
}
