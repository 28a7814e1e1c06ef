/** A proxy that passes everything on at once, in front of a database of its own. */
import pg from 'pg';
import type { Database, Driver } from '../../src/driver/contract.ts';
import { GatedClient } from '../../src/driver/gated-client.ts';
import { PassingHost } from '../../src/engine/passing-host.ts';
import { Proxy } from '../../src/source/proxy/proxy.ts';

const role = { kind: 'session', isolation: 'read committed' } as const;

export class PassingProxy {
  readonly port: number;
  readonly #database: Database;
  readonly #host: PassingHost;
  readonly #proxy: Proxy;
  readonly #clients: pg.Client[] = [];

  private constructor(database: Database, host: PassingHost, proxy: Proxy) {
    this.#database = database;
    this.#host = host;
    this.#proxy = proxy;
    this.port = proxy.port;
  }

  static async open(driver: Driver): Promise<PassingProxy> {
    const database = await driver.open();
    const newClient = (): GatedClient =>
      new GatedClient(database.clientConfig(role), database.settings(role));
    const first = newClient();
    await first.open();
    const parameters = new Map(first.parameters);
    await first.end();
    const host = new PassingHost({
      parameters: () => parameters,
      newClient,
      cancel: (pids) => database.cancel(pids),
    });
    const proxy = await Proxy.open(() => host);
    return new PassingProxy(database, host, proxy);
  }

  /** How `pg` reaches the same database directly: variables of the environment. */
  get direct(): Readonly<Record<string, string>> {
    const { host, port, user, database, password } = this.#database.clientConfig({ kind: 'admin' });
    return {
      PGHOST: host ?? '',
      PGPORT: String(port),
      PGUSER: user ?? '',
      PGDATABASE: database ?? '',
      PGPASSWORD: typeof password === 'string' ? password : '',
    };
  }

  /** Connections of clients that are open. */
  get connections(): number {
    return this.#proxy.connections;
  }

  /** Connections of the proxy to the server that are open. */
  async backends(): Promise<number> {
    const client = new pg.Client(this.#database.clientConfig({ kind: 'admin' }));
    await client.connect();
    const { rows } = await client.query<{ readonly n: number }>(
      `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    await client.end();
    return rows[0]?.n ?? 0;
  }

  /** A client of the proxy, connected. */
  async client(config: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port,
      user: 'someone',
      ssl: false,
      ...config,
    });
    this.#clients.push(client);
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end().catch(() => {})));
    await this.#proxy.close();
    await this.#host.close();
    await this.#database.drop();
  }
}
