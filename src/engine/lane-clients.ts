/** The clients of a lane: each serves one execution after another, and is reset in between. */
import type pg from 'pg';
import { Fault } from '../core/fault.ts';
import type { ConnectionRole, Database } from '../driver/contract.ts';
import { GatedClient } from '../driver/gated-client.ts';
import { sayGoodbye } from '../driver/goodbye.ts';
import { resetClients } from './reset-client.ts';

type Role = Extract<ConnectionRole, { readonly kind: 'session' }>;

export class LaneClients {
  readonly #database: Database;
  readonly #role: Role;
  readonly #idle: GatedClient[] = [];
  readonly #used = new Set<GatedClient>();
  /** Clients of the last execution that are being reset: the next execution waits for them, judging does not. */
  #resetting: readonly GatedClient[] = [];
  #reset: Promise<void> = Promise.resolve();
  /** What the server reports of its settings on a new connection. */
  parameters: ReadonlyMap<string, string> = new Map();

  constructor(database: Database, role: Role) {
    this.#database = database;
    this.#role = role;
  }

  /** Fulfilled when the clients of the last execution were reset. Never rejected. */
  get reset(): Promise<void> {
    return this.#reset;
  }

  /** Clients that were taken since the last execution ended. */
  get used(): readonly GatedClient[] {
    return [...this.#used];
  }

  /** Every session has a connected client from the start; those of pools connect when they are asked for. */
  async prepare(clients: number): Promise<void> {
    while (this.#idle.length < clients) {
      const client = this.newClient();
      await client.open().catch((error: unknown) => {
        throw error instanceof Fault ? error : this.#database.connectFault(error);
      });
      if (this.parameters.size === 0) this.parameters = new Map(client.parameters);
      this.#idle.push(client);
    }
  }

  take(): GatedClient {
    const client = this.#idle.pop() ?? this.newClient();
    client.setUpBy = undefined;
    this.#used.add(client);
    return client;
  }

  /** A client that the lane does not know of. */
  newClient(): GatedClient {
    const client = new GatedClient(
      this.#database.clientConfig(this.#role),
      this.#database.settings(this.#role),
    );
    return this.#role.observed === true ? client.closePortals() : client;
  }

  /** Restores the used clients to the state of new ones; `reset` waits for it. */
  putBack(limitMs: number): void {
    this.#resetting = this.#takeUsed();
    this.#reset = this.#discardStates(limitMs);
  }

  /** Ends the used clients, whose state cannot be restored; `reset` waits for it. */
  dismiss(): void {
    this.#resetting = this.#takeUsed();
    this.#reset = this.#sayGoodbyes();
  }

  #takeUsed(): readonly GatedClient[] {
    const { used } = this;
    this.#used.clear();
    return used;
  }

  /** A client that cannot be reset is not used again. */
  async #discardStates(limitMs: number): Promise<void> {
    await resetClients(this.#resetting, limitMs);
    // Newest last: the next execution gives its sessions the same clients in the same order.
    this.#idle.push(...this.#resetting.filter((client) => !client.broken).toReversed());
    this.#resetting = [];
  }

  async #sayGoodbyes(): Promise<void> {
    await Promise.all(this.#resetting.map(sayGoodbye));
    this.#resetting = [];
  }

  /** Ends all clients. */
  async close(): Promise<void> {
    await this.#reset;
    await Promise.all([...this.#idle.splice(0), ...this.#used].map(sayGoodbye));
  }

  /** Lets the process end (false), or keeps it alive (true), while these clients are open. */
  keepAlive(on: boolean): void {
    for (const client of [...this.#idle, ...this.#resetting]) keepAlive(client, on);
  }
}

/** Whether a client's open connection keeps the process alive. `pg` has the methods, its types leave them out. */
export function keepAlive(client: pg.Client, on: boolean): void {
  const socket = client as unknown as Record<'ref' | 'unref', () => void>;
  if (on) socket.ref();
  else socket.unref();
}
