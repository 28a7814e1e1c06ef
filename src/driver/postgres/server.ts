/** A server that we are connected to, and the databases that we made on it. */
import { Fault, messageOf } from '../../core/fault.ts';
import type { Stillness } from '../contract.ts';
import type { Address } from './address.ts';
import { formatAddress } from './address.ts';
import { clientConfig, settingsOf } from './client-config.ts';
import { codeOf, sqlstateOf } from './connect-fault.ts';
import { PostgresDatabase } from './database.ts';
import { readFacts } from './server-facts.ts';
import type { ServerFacts } from './server-facts.ts';
import { ServiceConnection } from './service-connection.ts';
import {
  commentOn,
  dropDatabase,
  dropStaleDatabases,
  freshName,
  lock,
  quoteName,
  unlock,
} from './stale-databases.ts';

export class Server {
  readonly #address: Address;
  readonly #connectTimeoutMs: number;
  readonly #facts: ServerFacts;
  readonly #maintenance: ServiceConnection;
  readonly #stillness: Stillness | undefined;
  readonly #databases = new Set<PostgresDatabase>();

  private constructor(
    address: Address,
    connectTimeoutMs: number,
    facts: ServerFacts,
    maintenance: ServiceConnection,
    stillness: Stillness | undefined,
  ) {
    this.#address = address;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#facts = facts;
    this.#maintenance = maintenance;
    this.#stillness = stillness;
  }

  /**
   * Connects, checks the version and drops what killed runs left behind.
   *
   * @param stillness where the server's processes are ours
   * @throws Fault of `connectFault`, `server-too-old`
   */
  static async connect(address: Address, connectTimeoutMs: number, stillness?: Stillness): Promise<Server> {
    const maintenance = await openMaintenance(address, connectTimeoutMs);
    try {
      const facts = await readFacts(maintenance);
      // Only now is it known which timeouts this server has to switch off.
      const settings = settingsOf({ kind: 'service' }, facts);
      await maintenance.query(
        'select set_config(name, value, false) from unnest($1::text[], $2::text[]) as s(name, value)',
        [Object.keys(settings), Object.values(settings)],
      );
      await dropStaleDatabases(maintenance, facts.versionNumber);
      return new Server(address, connectTimeoutMs, facts, maintenance, stillness);
    } catch (error) {
      await maintenance.end();
      throw error;
    }
  }

  get lost(): boolean {
    return this.#maintenance.lost;
  }

  /** @throws Fault `cannot-create-database`, `server-lost`, or of `connectFault` */
  async createDatabase(): Promise<PostgresDatabase> {
    const name = freshName();
    await lock(this.#maintenance, name);
    try {
      // template0: pristine, and nobody's connection to it can be in the way.
      await this.#maintenance.query(`create database ${quoteName(name)} template template0`);
      await this.#maintenance.query(commentOn(name));
      const config = clientConfig(
        this.#address,
        name,
        settingsOf({ kind: 'service' }, this.#facts),
        this.#connectTimeoutMs,
      );
      const database: PostgresDatabase = new PostgresDatabase({
        name,
        address: this.#address,
        facts: this.#facts,
        connectTimeoutMs: this.#connectTimeoutMs,
        stillness: this.#stillness,
        monitor: await ServiceConnection.open(config, this.#address),
        dropFromServer: async () => {
          this.#databases.delete(database);
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

  async #drop(name: string): Promise<void> {
    await dropDatabase(this.#maintenance, name, this.#facts.versionNumber);
    await unlock(this.#maintenance, name);
  }

  /** Drops our databases and disconnects. */
  async close(): Promise<void> {
    try {
      for (const database of this.#databases) if (!this.lost) await database.drop();
    } finally {
      await this.leave();
    }
  }

  /** Disconnects without dropping anything: the server itself is about to go. Never fails. */
  async leave(): Promise<void> {
    await Promise.all([...this.#databases].map((database) => database.leave()));
    this.#databases.clear();
    await this.#maintenance.end();
  }
}

/** To the given database; a URL without one means the user's, which often does not exist, so then `postgres`. */
async function openMaintenance(address: Address, connectTimeoutMs: number): Promise<ServiceConnection> {
  const open = (database: string): Promise<ServiceConnection> =>
    ServiceConnection.open(clientConfig(address, database, {}, connectTimeoutMs), address);
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
