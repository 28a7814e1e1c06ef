/**
 * A real `pg` client, and what passes on its wire: what the server says besides its replies, when it is ready again, and
 * whether the connection still stands. Nothing of the protocol is re-implemented.
 */
import pg from 'pg';
import { evidenceOf, isBelow, waitAnnouncement, type Evidence, type Notice } from './evidence.ts';
import type { Internals } from './pg-internals.ts';

/** How a sent statement ended. */
export type WireReply =
  | { readonly kind: 'result'; readonly result: pg.QueryResult | readonly pg.QueryResult[] }
  | { readonly kind: 'error'; readonly error: Error };

export class WireClient extends pg.Client {
  /** Notifications that have arrived. */
  notifications = 0;
  /** Set when the connection broke or was ended: the client cannot be used again. */
  broken = false;
  /** What the code under test made of `client_min_messages`. */
  #leastSeverity = 'notice';
  #evidence: Evidence[] = [];
  #ready: (() => void) | undefined;

  constructor(config: pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as Internals;
    connection.on('readyForQuery', () => this.#settleReady());
    connection.on('notice', (message: Notice) => {
      const evidence = evidenceOf(message);
      if (evidence !== undefined) this.#evidence.push(evidence);
      const waiting = waitAnnouncement(message);
      if (waiting !== undefined) this.announced(waiting);
    });
  }

  /** Backend process id; PGlite's driver makes one up so that clients can be told apart. */
  get pid(): number {
    return (this as unknown as { processID: number }).processID;
  }

  /** Whether a transaction is open on this connection (also a failed one). */
  get inTransaction(): boolean {
    const status = (this as unknown as Internals).getTransactionStatus();
    return status === 'T' || status === 'E';
  }

  /** The backend said by itself that it waits for a lock (or that it got it). */
  protected announced(_waiting: boolean): void {}

  /**
   * Ends each query with its reply. Left open, a query inside a transaction ends only when the next one begins, and its
   * plan would be reported then.
   */
  closePortals(): this {
    const { connection } = this as unknown as Internals;
    const sync = connection.sync.bind(connection);
    connection.sync = () => {
      connection.close({ type: 'P' });
      sync();
    };
    return this;
  }

  /** What the server reported since this was last asked. */
  takeEvidence(): readonly Evidence[] {
    return this.#evidence.splice(0);
  }

  /** Drops what the code under test hung on the client. */
  protected clear(): void {
    this.#evidence = [];
    this.#leastSeverity = 'notice';
    this.removeAllListeners();
    (this as unknown as Internals).connection.parsedStatements = {};
  }

  override emit(event: string | symbol, ...args: any[]): boolean {
    // Log-level notices are there for the engine only: a user's listeners see what they would see without it.
    if (event === 'notice' && (args[0]?.severity === 'LOG' || evidenceOf(args[0]) !== undefined))
      return false;
    if (event === 'notice' && isBelow(args[0]?.severity, this.#leastSeverity)) return false;
    if (event === 'notification') this.notifications += 1;
    if (event === 'error' || event === 'end') {
      this.broken = true;
      this.#settleReady();
    }
    // A lost connection is reported by the statement that needed it; nobody has to listen for it.
    if (event === 'error' && this.listenerCount('error') === 0) return false;
    return super.emit(event as 'notice', ...(args as [any]));
  }

  #settleReady(): void {
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.();
  }

  /** Has the backend pass on what it has for this client. */
  async roundTrip(): Promise<void> {
    await super.query('').catch(() => {});
  }

  /** The backend must go on saying that it waits; what the code under test did not want to see is kept from it here. */
  protected async keepAnnouncing(leastSeverity: string): Promise<void> {
    try {
      const { rows } = await super.query<{ readonly client_min_messages: string }>(
        'show client_min_messages',
      );
      await super.query(`set client_min_messages to ${leastSeverity}`);
      this.#leastSeverity = rows[0]?.client_min_messages ?? 'notice';
    } catch {
      // In a transaction that failed meanwhile nothing was set either.
    }
  }

  /**
   * Sends a statement past every gate. `pg` reports an error before the server is ready again, and locks are released in
   * between: this waits for both.
   *
   * @param bare whether the statement came as a text: `pg` copies a config property by property, of a text it makes one
   */
  protected sendNow(config: pg.QueryConfig, bare: boolean): Promise<WireReply> {
    return new Promise<WireReply>((resolve) => {
      let sent: WireReply | undefined;
      let ready = false;
      const check = (): void => {
        if (sent === undefined) return;
        // An error of `pg`'s own (a parameter that cannot be encoded) never reached the server.
        const local = sent.kind === 'error' && !(sent.error instanceof pg.DatabaseError);
        if (ready || local || this.broken) resolve(sent);
      };
      this.#ready = () => {
        ready = true;
        if (sent === undefined && this.broken) {
          sent = { kind: 'error', error: new Error('Connection terminated unexpectedly') };
        }
        // `pg`'s own listener for the same message comes first if it was added first; either order works.
        check();
      };
      super.query(
        (bare ? config.text : config) as any,
        config.values as any,
        ((error: Error | null | undefined, result: any) => {
          sent = error ? { kind: 'error', error } : { kind: 'result', result };
          check();
        }) as any,
      );
    });
  }
}
