/**
 * A real `pg` client that reports what passes on its wire: messages besides replies, when the server is ready again,
 * and whether the connection still stands. It implements nothing of the protocol again.
 */
import pg from 'pg';
import { evidenceOf, isBelow, waitAnnouncement, type Evidence, type Notice } from './evidence.ts';
import type { Internals } from './pg-internals.ts';
import { markOwn } from '../wire/own-socket.ts';
import { RawExchange } from './raw-exchange.ts';
import type { RawUnit } from './raw-unit.ts';

/** The reply to a statement, as `pg` gives it. */
export type WireReply =
  | { readonly kind: 'result'; readonly result: pg.QueryResult | readonly pg.QueryResult[] }
  | { readonly kind: 'error'; readonly error: Error };

/** A connection of the code under test, which one of the tool's stands behind: it hears what belongs to no reply. */
export interface Front {
  unasked(message: Buffer): void;
  lost(error: Error): void;
}

export class WireClient extends pg.Client {
  /** Notifications that have arrived. */
  notifications = 0;
  /** Set when the connection broke or was ended: the client cannot be used again. */
  broken = false;
  /** The `client_min_messages` that the code under test set. */
  #leastSeverity = 'notice';
  #evidence: Evidence[] = [];
  #ready: (() => void) | undefined;
  /** What the server reported of its settings, by name. */
  readonly parameters: Map<string, string> = new Map();
  /** Whether each query ends with its reply; see {@link closePortals}. */
  #closesPortals = false;
  #raw: RawExchange | undefined;
  front: Front | undefined;
  /** Units of the front sent a LISTEN. */
  listens = false;

  constructor(config: pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as Internals;
    markOwn(connection.stream);
    connection.on('readyForQuery', () => this.#settleReady());
    connection.on('parameterStatus', ({ parameterName, parameterValue }: Readonly<Record<string, string>>) =>
      this.parameters.set(parameterName ?? '', parameterValue ?? ''),
    );
    connection.on('notice', (message: Notice) => {
      const evidence = evidenceOf(message);
      if (evidence !== undefined) this.#evidence.push(evidence);
      const waiting = waitAnnouncement(message);
      if (waiting !== undefined) this.announced(waiting);
    });
  }

  /** Backend process id; PGlite's driver makes one up to distinguish clients. */
  get pid(): number {
    return (this as unknown as { processID: number }).processID;
  }

  /** Whether a transaction is open on this connection (also a failed one). */
  get inTransaction(): boolean {
    const status = (this as unknown as Internals).getTransactionStatus();
    return status === 'T' || status === 'E';
  }

  /** Whether the server would take a query of the tool's for a part of what the code under test has begun there. */
  get isOccupied(): boolean {
    return this.inTransaction || this.#raw?.isOpen === true;
  }

  /** The backend announced that it waits for a lock (or that it got it). */
  protected announced(_waiting: boolean): void {}

  /**
   * Ends each query with its reply. A query that is left open inside a transaction ends when the next one begins, and
   * its plan would be reported only then.
   */
  closePortals(): this {
    this.#closesPortals = true;
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

  /** Drops everything that the code under test attached to the client. */
  protected clear(): void {
    this.front = undefined;
    this.listens = false;
    this.#raw?.abandon();
    this.#evidence = [];
    this.#leastSeverity = 'notice';
    this.removeAllListeners();
    (this as unknown as Internals).connection.parsedStatements = {};
  }

  override emit(event: string | symbol, ...args: any[]): boolean {
    // Log-level notices are for the engine only: a user's listeners see what they would see without it.
    if (event === 'notice' && !this.#passes(args[0])) return false;
    if (event === 'notification') this.notifications += 1;
    if (event === 'error' || event === 'end') {
      this.broken = true;
      this.#settleReady();
      this.#lost(event === 'error' ? (args[0] as Error) : undefined);
    }
    // The statement that needs a lost connection reports it; no listener is required.
    if (event === 'error' && this.listenerCount('error') === 0) return false;
    return super.emit(event as 'notice', ...(args as [any]));
  }

  #lost(error: Error = new Error('Connection terminated unexpectedly')): void {
    if (this.#raw?.broke(error) !== true) this.front?.lost(error);
    // The reason comes first, and then the end.
    this.front = undefined;
  }

  /** Whether a notice is for the code under test, which sees what it would see without the tool. */
  #passes(notice: Notice): boolean {
    const own = notice.severity === 'LOG' || evidenceOf(notice) !== undefined;
    return !own && !isBelow(notice.severity, this.#leastSeverity);
  }

  /**
   * Sends the bytes of a unit past every gate; gives the messages of the reply.
   *
   * @throws when the connection breaks before the reply
   */
  exchange(unit: RawUnit): Promise<readonly Buffer[]> {
    return this.#rawExchange.send(unit);
  }

  /** More bytes of the unit that is under way: rows of a COPY. See `RawExchange.more`. */
  sendMore(bytes: Buffer): Promise<void> | undefined {
    return this.#rawExchange.more(bytes);
  }

  /** Nobody will go on with what was sent on it as units. */
  abandonExchange(): void {
    this.#raw?.abandon();
  }

  get #rawExchange(): RawExchange {
    this.#raw ??= new RawExchange({
      connection: (this as unknown as Internals).connection,
      submit: (query) => void super.query(query as never),
      passes: (notice) => this.#passes(notice),
      unasked: (message) => this.front?.unasked(message),
      closesPortals: this.#closesPortals,
    });
    return this.#raw;
  }

  #settleReady(): void {
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.();
  }

  /** Makes the backend pass on what it has for this client. */
  async roundTrip(): Promise<void> {
    await super.query('').catch(() => {});
  }

  /** The backend must go on announcing waits, so messages that the code under test did not want are dropped here. */
  protected async keepAnnouncing(leastSeverity: string): Promise<void> {
    try {
      const { rows } = await super.query<{ readonly client_min_messages: string }>(
        'show client_min_messages',
      );
      await super.query(`set client_min_messages to ${leastSeverity}`);
      this.#leastSeverity = rows[0]?.client_min_messages ?? 'notice';
    } catch {
      // In a transaction that failed meanwhile the code set nothing either.
    }
  }

  /**
   * Sends a statement past every gate. `pg` reports an error before the server is ready again, and the server releases
   * locks in between: this waits for both.
   *
   * @param bare whether the statement came as a text: `pg` makes a config of a text, and copies a given config property
   *   by property
   */
  protected sendNow(config: pg.QueryConfig, bare: boolean): Promise<WireReply> {
    return new Promise<WireReply>((resolve) => {
      let reply: WireReply | undefined;
      let ready = false;
      const check = (): void => {
        if (reply === undefined) return;
        // An error of `pg`'s own (a parameter that cannot be encoded) never reached the server.
        const local = reply.kind === 'error' && !(reply.error instanceof pg.DatabaseError);
        if (ready || local || this.broken) resolve(reply);
      };
      this.#ready = () => {
        ready = true;
        if (reply === undefined && this.broken) {
          reply = { kind: 'error', error: new Error('Connection terminated unexpectedly') };
        }
        // `pg`'s own listener for the same message comes first if it was added first; either order works.
        check();
      };
      super.query(
        (bare ? config.text : config) as any,
        config.values as any,
        ((error: Error | null | undefined, result: any) => {
          reply = error ? { kind: 'error', error } : { kind: 'result', result };
          check();
        }) as any,
      );
    });
  }
}
