/**
 * A service connection is one of the driver's own: for maintenance, or to ask which sessions wait. It does not keep the
 * process alive while idle, emits no unhandled error, and fails only with a Fault or an error from the server.
 */
import type { Socket } from 'node:net';
import pg from 'pg';
import type { ClientConfig } from 'pg';
import type { Address } from './address.ts';
import { connectFault, lostFault, sqlstateOf } from './connect-fault.ts';
import { sayGoodbye } from '../goodbye.ts';

/** Rows as arrays of the server's own text, which a user's global parsers do not change. */
export type TextRows = readonly (readonly (string | null)[])[];

/** None of our queries takes long; CREATE DATABASE on a slow disk is the slowest. */
const queryTimeoutMs = 60_000;

const asText = { getTypeParser: () => (value: unknown) => value } as unknown as NonNullable<
  ClientConfig['types']
>;

/** Members of `pg` that its types leave out. */
type SocketClient = pg.Client & {
  ref(): void;
  unref(): void;
  readonly processID: number;
  readonly connection: { readonly stream: Socket };
};

export class ServiceConnection {
  readonly #client: SocketClient;
  readonly #address: Address;
  #lost: unknown;
  #ended = false;
  /** Queries that were asked for and have no answer yet. */
  #busy = 0;
  /** The one that the client has now; it takes one at a time. */
  #asking: Promise<unknown> | undefined;
  #kept = false;

  private constructor(client: SocketClient, address: Address) {
    this.#client = client;
    this.#address = address;
    client.on('error', (error) => (this.#lost ??= error));
    client.on('end', () => (this.#lost ??= new Error('the connection was closed')));
  }

  /** @throws Fault of `connectFault`; errors with an SQLSTATE are its `cause` */
  static async open(config: ClientConfig, address: Address): Promise<ServiceConnection> {
    const client = new pg.Client({ ...config, types: asText, query_timeout: queryTimeoutMs }) as SocketClient;
    const connection = new ServiceConnection(client, address);
    try {
      await client.connect();
    } catch (error) {
      throw connectFault(error, address);
    }
    client.unref();
    return connection;
  }

  /** Of its backend. */
  get pid(): number {
    return this.#client.processID;
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /**
   * Runs one statement, after those that were asked for before. With a name it is prepared once and kept.
   *
   * @throws Fault `server-lost`, or the server's error as `pg` gives it
   */
  async query(text: string, values: readonly unknown[] = [], name?: string): Promise<TextRows> {
    // While a query is open the process must not end, or a top-level await would be cut off.
    if (this.#busy++ === 0) this.#client.ref();
    try {
      while (this.#asking !== undefined) await this.#asking;
      return await this.#ask({ text, values: [...values], ...(name !== undefined && { name }) });
    } finally {
      if (--this.#busy === 0 && !this.#kept) this.#client.unref();
    }
  }

  async #ask(query: { text: string; values: unknown[]; name?: string }): Promise<TextRows> {
    if (this.#lost !== undefined) throw lostFault(this.#lost, this.#address);
    try {
      const asked = this.#client.query<(string | null)[]>({ ...query, rowMode: 'array' });
      this.#asking = asked.catch(() => undefined);
      return (await asked).rows;
    } catch (error) {
      const sqlstate = sqlstateOf(error);
      // 57P01 to 57P03: the server is ending this connection, or itself.
      if (sqlstate !== undefined && !sqlstate.startsWith('57P')) throw error;
      this.#lost ??= error;
      throw lostFault(error, this.#address);
    } finally {
      this.#asking = undefined;
    }
  }

  /** Whether this connection alone keeps the process alive. */
  keepAlive(on: boolean): void {
    this.#kept = on;
    if (on) this.#client.ref();
    else if (this.#busy === 0) this.#client.unref();
  }

  /** Says goodbye. Never fails; idempotent. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#lost ??= new Error('the connection was ended');
    this.#client.ref();
    await sayGoodbye(this.#client);
  }
}
