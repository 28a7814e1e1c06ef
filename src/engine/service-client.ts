/** The engine's own connection to a lane's database: it makes the schema, puts tables into a state and reads them. */
import pg from 'pg';
import { Fault } from '../core/fault.ts';
import type { ConnectionRole, Database } from '../driver/contract.ts';
import { isLostConnection } from '../driver/lost-connection.ts';
import type { LimitName, Limits } from './limits.ts';

/** What `pg` says when its `query_timeout` has passed. */
const timedOut = 'Query read timeout';

/** What a schema may hold that removes named questions; a word too many costs one more plan. */
const forgetting = /\b(?:discard|deallocate)\b/i;

export class ServiceClient extends pg.Client {
  /** How long each question may take. */
  readonly limitMs: number;
  readonly #limit: LimitName;
  readonly #database: Database;
  /** Times that named questions may have been removed. */
  #forgotten = 0;

  private constructor(database: Database, role: ConnectionRole, limit: LimitName, limitMs: number) {
    super({ ...database.clientConfig(role), query_timeout: limitMs });
    this.#database = database;
    this.#limit = limit;
    this.limitMs = limitMs;
    // A lost connection is reported by the question that needs it.
    this.on('error', () => {});
  }

  /** @param limit for each question; once one reached it, the connection is of no more use */
  static async open(
    database: Database,
    role: ConnectionRole,
    limits: Limits,
    limit: LimitName = 'databaseTimeoutMs',
  ): Promise<ServiceClient> {
    const client = new ServiceClient(database, role, limit, limits[limit]);
    await client.connect().catch((error: unknown) => {
      throw database.connectFault(error);
    });
    return client;
  }

  /**
   * A question with a name is planned once; for those that read the whole catalogue that is most of the work. In a backend
   * that clients share, a DISCARD ALL of another client would remove it.
   *
   * @throws Fault `database-timeout`, `server-lost`, or the server's error as `pg` gives it
   */
  // `pg` declares nine overloads; the engine awaits promises only.
  override query(config: any, values?: any): any {
    return (super.query(this.#planned(config), values) as unknown as Promise<unknown>).catch(
      (error: unknown) => {
        if (isLostConnection(error)) throw this.#database.lostFault(error);
        if (!(error instanceof Error) || error.message !== timedOut) throw error;
        const text = (typeof config === 'string' ? config : (config as pg.QueryConfig).text).trim();
        throw new Fault('the database does not answer', {
          code: 'database-timeout',
          kind: 'engine',
          detail: `no reply after ${this.limitMs} ms (${this.#limit}) to: ${text.slice(0, 200)}`,
          hint: `another process may hold a lock that this needs, or the server's process was stopped; on a slow machine raise ${this.#limit}`,
          cause: error,
        });
      },
    );
  }

  #planned(config: unknown): any {
    if (typeof config === 'string') {
      if (forgetting.test(config)) this.#forgotten += 1;
      return config;
    }
    const { name, ...rest } = config as pg.QueryConfig;
    if (name === undefined) return config;
    if (!this.#database.capabilities.concurrentTransactions) return rest;
    return { ...rest, name: `${name} ${this.#forgotten}` };
  }
}
