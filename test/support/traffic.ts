/**
 * Counts what an execution asks its server for. `pg` sends a request with one write to its socket and waits for the
 * answer before it sends the next, so a connection's writes are its round trips. A count does not depend on the machine.
 */
import { createHook } from 'node:async_hooks';
import type { Socket } from 'node:net';
import pg from 'pg';
import { GatedClient } from '../../src/driver/gated-client.ts';
import { ServiceClient } from '../../src/engine/service-client.ts';

export interface Traffic {
  /** Round trips on the connections of the code under test, those that put them back included. */
  readonly sessions: number;
  /** Round trips on the engine's connection: tables put back and read. */
  readonly engine: number;
  /** Round trips on the driver's own connections: who waits for whom. */
  readonly driver: number;
  /** Promises made: each runs the hooks that follow asynchronous work. */
  readonly promises: number;
}

type Writing = (...args: unknown[]) => unknown;
type Sending = Record<'_write' | '_writev', Writing>;

/** Counts from `watch` on, over all connections that are opened later. */
export class TrafficCount {
  readonly #count = { sessions: 0, engine: 0, driver: 0, promises: 0 };
  readonly #connect = Reflect.get(pg.Client.prototype, 'connect') as unknown as Writing;
  readonly #hook = createHook({
    init: (_id, type) => {
      if (type === 'PROMISE') this.#count.promises += 1;
    },
  });

  /** Call it before the first connection is opened. */
  watch(): void {
    const whenConnecting = (client: pg.Client): void => this.#listenTo(client);
    const connect = this.#connect;
    pg.Client.prototype.connect = function connecting(this: pg.Client, ...args: unknown[]) {
      whenConnecting(this);
      return connect.apply(this, args);
    } as typeof pg.Client.prototype.connect;
  }

  /** `pg` is what it was before. */
  stop(): void {
    pg.Client.prototype.connect = this.#connect as typeof pg.Client.prototype.connect;
    this.#hook.disable();
  }

  /** What the work asked for. */
  async of(work: () => Promise<unknown>): Promise<Traffic> {
    const before = { ...this.#count };
    this.#hook.enable();
    await work();
    this.#hook.disable();
    const since = (key: keyof Traffic): number => this.#count[key] - before[key];
    return {
      sessions: since('sessions'),
      engine: since('engine'),
      driver: since('driver'),
      promises: since('promises'),
    };
  }

  #listenTo(client: pg.Client): void {
    const whose =
      client instanceof GatedClient ? 'sessions' : client instanceof ServiceClient ? 'engine' : 'driver';
    const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
    const socket = stream as unknown as Sending;
    for (const name of ['_write', '_writev'] as const) {
      const write = socket[name];
      socket[name] = (...args) => {
        this.#count[whose] += 1;
        return write.apply(socket, args);
      };
    }
  }
}
