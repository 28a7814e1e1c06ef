/** The clients of one session: its own, and those of its pool. The code under test holds leases that end with the execution. */
import type pg from 'pg';
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { leaseOf, type Lease } from '../driver/leased-client.ts';
import { sessionPool } from './session-pool.ts';

/** The default of `pg`'s own pool. */
const mostPooled = 10;

export class SessionClients {
  readonly #take: () => GatedClient;
  readonly #late: (text: string) => void;
  #own: pg.Client | undefined;
  /** In the order in which the session first used them; the first place is its own connection's. */
  readonly #all: (GatedClient | undefined)[] = [undefined];
  readonly #leases: Lease[] = [];
  #pool: pg.Pool | undefined;
  /** Whether the code under test is known to have connections of its own. */
  opensConnections = false;
  #revoked = false;

  /**
   * @param take takes another client from the stock
   * @param late called with the text of a statement that comes after the execution
   */
  constructor(take: () => GatedClient, late: (text: string) => void) {
    this.#take = take;
    this.#late = late;
  }

  /** Takes the session's own connection before the code under test asks for it. */
  reserve(): void {
    this.#own ??= this.#takeOwn();
  }

  /** The session's own connection, as the code under test knows it. Taken when it is first asked for. */
  get userClient(): pg.Client {
    return (this.#own ??= this.#takeOwn());
  }

  #takeOwn(): pg.Client {
    this.#refuseLate('client');
    const client = this.#take();
    this.#all[0] = client;
    return this.#lease(client);
  }

  #lease(client: GatedClient): pg.Client {
    const lease = leaseOf(client, this.#late);
    this.#leases.push(lease);
    return lease.client;
  }

  /** Whether a statement would wait on whichever of its connections it is sent; see `Database.wouldWait`. */
  wouldWait(database: Pick<Database, 'wouldWait'>): boolean {
    const clients = this.#all.filter((client) => client !== undefined);
    return clients.length === 0
      ? database.wouldWait(undefined)
      : clients.every((client) => database.wouldWait(client));
  }

  /** The session uses this connection, which may have been another session's. */
  uses(client: GatedClient): void {
    this.opensConnections = true;
    if (!this.#all.includes(client)) this.#all.push(client);
  }

  /** The client's number among those of the session. */
  numberOf(client: GatedClient): number {
    return this.#all.indexOf(client);
  }

  /** Whether a transaction is open on a connection that it uses. */
  get inTransaction(): boolean {
    return this.#all.some((client) => client?.inTransaction === true && !client.broken);
  }

  /** Whether what the code under test asks for is sent a moment later: by a pool, or on a connection that it just opened. */
  get sendsLater(): boolean {
    return this.opensConnections || this.#pool !== undefined;
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
    this.#refuseLate('pool');
    const client = this.#take();
    this.#all.push(client);
    return this.#lease(client);
  }

  /** @throws if the execution is over: a client would be taken from a later one */
  #refuseLate(what: 'client' | 'pool'): void {
    if (!this.#revoked) return;
    this.#late('connect');
    throw new Error(`this ${what} is used after its execution is over`);
  }

  get isRevoked(): boolean {
    return this.#revoked;
  }

  /** The execution is over: its clients go to others. */
  revoke(): void {
    this.#revoked = true;
    for (const lease of this.#leases) lease.revoke();
  }
}
