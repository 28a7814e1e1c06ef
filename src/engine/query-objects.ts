/**
 * Objects that send themselves on a client (a cursor, a stream, COPY) speak the protocol as they like. They are given to a
 * client of `pg`'s own that ends in this process, with the same connection of the database behind it: what they send is held
 * back in units, like that of code which opens its own connections.
 */
import { AsyncResource } from 'node:async_hooks';
import { Socket } from 'node:net';
import pg from 'pg';
import type { GatedClient, QueryObject } from '../driver/gated-client.ts';
import { hostSocket } from '../source/hook/hosted-socket.ts';
import type { Backings } from './backings.ts';
import { runUnattributed } from './outside.ts';
import type { SessionRun } from './session.ts';

/** Those of one client. */
export class QueryObjects {
  readonly #client: GatedClient;
  readonly #session: Pick<SessionRun, 'host' | 'connectingTo'>;
  readonly #backings: Backings;
  #front: pg.Client | undefined;
  /** Whether the front has an object that has not ended. */
  #busy = false;
  /** What the code sent since then, in order: as `pg` does, it is sent when the object has ended. */
  readonly #waiting: (() => void)[] = [];

  constructor(client: GatedClient, session: Pick<SessionRun, 'host' | 'connectingTo'>, backings: Backings) {
    this.#client = client;
    this.#session = session;
    this.#backings = backings;
  }

  /** @param rest what the code gave along with the object: values, a callback */
  submit(object: QueryObject, rest: readonly unknown[]): void {
    this.inTurn(() => {
      this.#busy = true;
      const front = (this.#front ??= this.#connect());
      (front.query as (...args: readonly unknown[]) => unknown).call(front, object, ...rest);
    });
  }

  /** Sends something after the objects that were given to the client before. */
  inTurn(send: () => void): void {
    if (this.#busy) this.#waiting.push(AsyncResource.bind(send));
    else send();
  }

  #connect(): pg.Client {
    // It belongs to no session: an open socket would look like work that the session waits for.
    return runUnattributed(() => {
      const socket = new Socket();
      socket.connect = () => {
        this.#backings.adopt(
          hostSocket(socket, () => this.#session.host),
          this.#client,
        );
        return socket;
      };
      const front = new pg.Client({ user: 'front', database: 'front', ssl: false, stream: () => socket });
      front.on('drain', () => this.#goOn());
      front.on('end', () => this.#goOn());
      // The client that the code knows says so itself.
      front.on('error', () => {});
      const connected = this.#client.open().then(() => front.connect());
      this.#session.connectingTo(connected).catch(() => {});
      return front;
    });
  }

  #goOn(): void {
    this.#busy = false;
    while (!this.#busy && this.#waiting.length > 0) this.#waiting.shift()?.();
  }
}
