/**
 * A proxy is a server on loopback that speaks the protocol of Postgres. Code in any language connects to it as to a
 * database; what it sends goes to the host of the session whose address this is.
 */
import net, { type AddressInfo, type Socket } from 'node:net';
import type { StatementHost } from '../contract.ts';
import { serveSocket } from './served-socket.ts';

/** Never another interface: whoever reaches the port reaches the database without a password. */
const loopback = '127.0.0.1';

export class Proxy {
  /** On 127.0.0.1. Any user and database will do, and there is no password. */
  readonly port: number;
  readonly #server: net.Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(server: net.Server, sockets: ReadonlySet<Socket>) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
  }

  /**
   * Listens on a port that is free.
   *
   * @param host who decides about what is sent to this address at that moment; undefined if nobody does
   */
  static async open(host: () => StatementHost | undefined): Promise<Proxy> {
    const sockets = new Set<Socket>();
    const server = net.createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      serveSocket(socket, host);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, loopback, resolve);
    });
    return new Proxy(server, sockets);
  }

  /** Clients that are connected. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Ends all its connections. Idempotent. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Lets the process end (false), or keeps it alive (true), while the proxy is open. */
  keepAlive(on: boolean): void {
    for (const part of [this.#server, ...this.#sockets]) {
      if (on) part.ref();
      else part.unref();
    }
  }
}
