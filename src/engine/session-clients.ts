/** The clients of one session: its own, and those of its pool. The code under test holds leases that end with the execution. */
import type pg from 'pg';
import type { GatedClient } from '../driver/gated-client.ts';
import { leaseOf, type Lease } from '../driver/leased-client.ts';
import { sessionPool } from './session-pool.ts';

/** The default of `pg`'s own pool. */
const mostPooled = 10;

export class SessionClients {
  /** The session's own connection. It is taken first, since connected clients come first. */
  readonly own: GatedClient;
  /** The session's own connection, as the code under test knows it. */
  readonly userClient: pg.Client;
  readonly #take: () => GatedClient;
  readonly #late: (text: string) => void;
  /** In the order in which they were taken. */
  readonly #all: GatedClient[] = [];
  readonly #leases: Lease[] = [];
  #pool: pg.Pool | undefined;
  #revoked = false;

  /**
   * @param take takes another client from the stock
   * @param late called with the text of a statement that comes after the execution
   */
  constructor(take: () => GatedClient, late: (text: string) => void) {
    this.#take = take;
    this.#late = late;
    this.userClient = this.#lease();
    [this.own] = this.#all as [GatedClient];
  }

  #lease(): pg.Client {
    const client = this.#take();
    this.#all.push(client);
    const lease = leaseOf(client, this.#late);
    this.#leases.push(lease);
    return lease.client;
  }

  /** The client's number among those of the session. */
  numberOf(client: GatedClient): number {
    return this.#all.indexOf(client);
  }

  /** Whether the code under test asked for the pool, which sends statements a moment later. */
  get hasPool(): boolean {
    return this.#pool !== undefined;
  }

  get pool(): pg.Pool {
    // An application that ends its pool with its request makes another one for the next.
    if (this.#pool === undefined || this.#pool.ending) {
      this.#pool = sessionPool(() => this.#another(), mostPooled);
    }
    return this.#pool;
  }

  /** For the session's pool, which code may keep beyond the execution, like a client. */
  #another(): pg.Client {
    if (!this.#revoked) return this.#lease();
    this.#late('connect');
    throw new Error('this pool is used after its execution is over');
  }

  /** The execution is over: its clients go to others. */
  revoke(): void {
    this.#revoked = true;
    for (const lease of this.#leases) lease.revoke();
  }
}
