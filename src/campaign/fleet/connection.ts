/** One connection to the queue: transactions one at a time, and the notices that other members send. */
import type { Client, Notification } from 'pg';
import type PgBoss from 'pg-boss';
import { Fault, messageOf } from '../../core/fault.ts';
import { isLostConnection } from '../../driver/lost-connection.ts';
import { schema, type Db } from './held-jobs.ts';
import { install } from './install.ts';

/** For a connection, and for the reply of a statement: without one, the server or the way to it is gone. */
const connectTimeoutMs = 10_000;
const replyTimeoutMs = 30_000;

/** The server ends a connection whose other end does not answer for 10 + 3 * 5 s, and with it the member's lock. */
const keepAlive = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`;

export interface Notice {
  readonly channel: string;
  readonly payload: string;
}

export class QueueConnection implements Db {
  readonly #client: Client;
  readonly boss: PgBoss;
  #lost: unknown;

  private constructor(client: Client, Boss: typeof PgBoss) {
    this.#client = client;
    this.boss = new Boss({ db: this, schema, supervise: false, schedule: false, migrate: false });
    client.on('error', (error) => (this.#lost ??= error));
    client.on('end', () => (this.#lost ??= new Error('the connection was ended')));
  }

  /** @throws Fault `no-queue` */
  static async open(url: string, onNotice: (notice: Notice) => void): Promise<QueueConnection> {
    try {
      const [{ default: pg }, { default: Boss }] = await Promise.all([import('pg'), import('pg-boss')]);
      await install(url, Boss);
      const client = new pg.Client({
        connectionString: url,
        application_name: 'pg-lockstep queue',
        keepAlive: true,
        connectionTimeoutMillis: connectTimeoutMs,
        query_timeout: replyTimeoutMs,
      });
      const connection = new QueueConnection(client, Boss);
      client.on('notification', ({ channel, payload = '' }: Notification) => onNotice({ channel, payload }));
      await client.connect();
      await client.query(keepAlive);
      return connection;
    } catch (error) {
      throw new Fault('the queue cannot be used', {
        code: 'no-queue',
        kind: 'engine',
        detail: messageOf(error) || String((error as { readonly code?: unknown }).code),
        hint: 'it is a Postgres database in which this role may create a schema: --queue postgres://user@host/database',
        cause: error,
      });
    }
  }

  async executeSql(text: string, values?: unknown[]): Promise<{ rows: any[] }> {
    try {
      return await this.#client.query(text, values);
    } catch (error) {
      // After a reply that came too late, nobody knows which statement the next reply is for.
      if (isLostConnection(error) || /timeout/i.test(messageOf(error))) this.#lost ??= error;
      throw error;
    }
  }

  async listen(channel: string): Promise<void> {
    await this.executeSql(`listen ${channel}`);
  }

  async notify(channel: string, payload: string = ''): Promise<void> {
    await this.executeSql('select pg_notify($1, $2)', [channel, payload]);
  }

  /** Why it can no longer be used; undefined if it can. */
  get lost(): unknown {
    return this.#lost;
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}
