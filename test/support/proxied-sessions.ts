/** A proxy for each session of a model whose operations run in this process: their clients reach it over TCP. */
import { Socket } from 'node:net';
import pg from 'pg';
import { currentHost } from '../../src/engine/outside.ts';
import { Proxy } from '../../src/source/proxy/proxy.ts';
import type { StatementHost } from '../../src/source/contract.ts';

export class ProxiedSessions {
  readonly #proxies: readonly Proxy[];
  readonly #hosts: (StatementHost | undefined)[];
  #next = 0;

  private constructor(proxies: readonly Proxy[], hosts: (StatementHost | undefined)[]) {
    this.#proxies = proxies;
    this.#hosts = hosts;
  }

  static async open(sessions: number): Promise<ProxiedSessions> {
    const hosts: (StatementHost | undefined)[] = [];
    const proxies = await Promise.all(
      Array.from({ length: sessions }, (_, index) => Proxy.open(() => hosts[index])),
    );
    return new ProxiedSessions(proxies, hosts);
  }

  /** The address of the session whose code calls this. Each execution has sessions of its own, no more than proxies. */
  port(): number {
    const host = currentHost();
    if (!this.#hosts.includes(host)) {
      this.#hosts[this.#next] = host;
      this.#next = (this.#next + 1) % this.#proxies.length;
    }
    return this.#proxies[this.#hosts.indexOf(host)]?.port ?? 0;
  }

  /** A client at that address. */
  client(): pg.Client {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port(),
      user: 'app',
      ssl: false,
      stream: () => new UnhookedSocket(),
    });
    client.on('error', () => {});
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
  }
}

/** The hook takes the sockets that `pg` connects itself. */
class UnhookedSocket extends Socket {
  override connect(...args: any[]): this {
    setImmediate(() => super.connect(...(args as [number, string])));
    return this;
  }
}
