/**
 * A real `pg` client whose statements are held back before they are sent. Everything else about it is
 * `pg`'s own: the code under test cannot tell the difference, and nothing of the protocol is re-implemented.
 */
import { AsyncResource } from 'node:async_hooks';
import pg from 'pg';
import { Fault } from '../core/fault.ts';
import { evidenceOf, isBelow, saysItWaits, type Evidence, type Notice } from './evidence.ts';
import { passOn } from './pass-on.ts';
import type { Callback, Internals, QueryInput } from './pg-internals.ts';
import { droppedSettings } from './dropped-settings.ts';
import { headOf, type StatementHead } from './statement-head.ts';

/** What the client sent, before it is sent. */
export interface HeldStatement {
  readonly client: GatedClient;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly head: StatementHead;
  /** Sends it; the promise is fulfilled when the server is ready for the next query, also after an error. */
  readonly send: () => Promise<Sent>;
  /** Fails it without sending. */
  readonly refuse: (error: Error) => void;
}

/** How a sent statement ended. */
export type Sent =
  | { readonly kind: 'result'; readonly result: pg.QueryResult | readonly pg.QueryResult[] }
  | { readonly kind: 'error'; readonly error: Error };

/** Where statements are held. Attached to a client while it belongs to a session. */
export interface Gate {
  /** Called for each statement before it is sent. The gate calls `send` or `refuse` exactly once. */
  hold(statement: HeldStatement): void;
  /** The reply has arrived and is about to be handed to the code under test. */
  completed(statement: HeldStatement, sent: Sent): void;
  /** The backend said by itself that it waits for a lock (or that it got it). */
  announced(client: GatedClient, waiting: boolean): void;
  /**
   * The client is being connected: until the promise is settled its session cannot go on. Gives what the code under
   * test awaits instead.
   */
  connecting(client: GatedClient, connected: Promise<unknown>): Promise<unknown>;
  /** The code under test sent an object that knows itself how it is sent (a cursor, a stream). */
  unsupported(text: string): void;
  /** The code under test ended the client (or its pool did): it may serve somebody else from now on. */
  ended(client: GatedClient): void;
}

const silencing = /client_min_messages/i;

export class GatedClient extends pg.Client {
  gate: Gate | undefined;
  /** Backend process id; PGlite's driver makes one up so that clients can be told apart. */
  get pid(): number {
    return (this as unknown as { processID: number }).processID;
  }
  /** Notifications that have arrived. */
  notifications = 0;
  /** What the code under test made of `client_min_messages`. */
  #leastSeverity = 'notice';
  /** Set when the connection broke or was ended: the client cannot be used again. */
  broken = false;
  /** What the server answered instead of connecting, be it the engine or the code under test that asked. */
  refusal: unknown;
  #evidence: Evidence[] = [];
  #ready: (() => void) | undefined;
  readonly #settings: Readonly<Record<string, string>>;
  #connected: Promise<unknown> | undefined;

  /** @param settings what the connection must answer to `current_setting`; refused otherwise */
  constructor(config: pg.ClientConfig, settings: Readonly<Record<string, string>> = {}) {
    super(config);
    this.#settings = settings;
    const { connection } = this as unknown as Internals;
    connection.on('readyForQuery', () => this.#settleReady());
    connection.on('notice', (message: Notice) => {
      const evidence = evidenceOf(message);
      if (evidence !== undefined) this.#evidence.push(evidence);
      const waiting = saysItWaits(message);
      if (waiting !== undefined) this.gate?.announced(this, waiting);
    });
  }

  /**
   * Ends each query with its reply. Left open, a query inside a transaction ends only when the next one begins, and its
   * plan would be told then.
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

  /** What the server told since this was last asked. */
  takeEvidence(): readonly Evidence[] {
    return this.#evidence.splice(0);
  }

  #lost(): void {
    this.broken = true;
    this.#settleReady();
  }

  #settleReady(): void {
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.();
  }

  /** Whether a transaction is open on this connection (also a failed one). */
  get inTransaction(): boolean {
    const status = (this as unknown as Internals).getTransactionStatus();
    return status === 'T' || status === 'E';
  }

  override emit(event: string | symbol, ...args: any[]): boolean {
    // Log-level notices are there for the engine only: a user's listeners see what they would see without it.
    if (event === 'notice' && (args[0]?.severity === 'LOG' || evidenceOf(args[0]) !== undefined))
      return false;
    if (event === 'notice' && isBelow(args[0]?.severity, this.#leastSeverity)) return false;
    if (event === 'notification') this.notifications += 1;
    if (event === 'error' || event === 'end') this.#lost();
    // A lost connection is reported by the statement that needed it; nobody has to listen for it.
    if (event === 'error' && this.listenerCount('error') === 0) return false;
    return super.emit(event as 'notice', ...(args as [any]));
  }

  /** Under a gate, connecting a connected client is no error: the code under test gets clients ready for use. */
  override connect(callback?: any): any {
    const gate = this.gate;
    if (gate === undefined) return super.connect(callback);
    const connected = gate.connecting(this, this.#connect());
    if (callback === undefined) return connected;
    connected.then(
      () => callback(undefined, this),
      (error: Error) => callback(error),
    );
  }

  /** Connects for the engine's own use, before a gate is attached. Once connected it costs nothing. */
  open(): Promise<unknown> {
    return this.#connect();
  }

  #connect(): Promise<unknown> {
    this.#connected ??= this.#confirmed().catch((error: unknown) => {
      if (!(error instanceof Fault)) this.refusal = error;
      throw error;
    });
    return this.#connected;
  }

  /** Settings travel as startup options, which a pooler may drop: then the run would be at another isolation level. */
  async #confirmed(): Promise<void> {
    await super.connect();
    const fault = await droppedSettings((text, values) => super.query(text, values), this.#settings);
    this.#evidence = [];
    if (fault === undefined) return;
    this.broken = true;
    await super.end();
    throw fault;
  }

  /** Under a gate the connection stays open and goes back to the engine, which puts its state back. */
  override end(callback?: any): any {
    const gate = this.gate;
    if (gate === undefined) return callback === undefined ? super.end() : super.end(callback);
    gate.ended(this);
    if (callback === undefined) return Promise.resolve();
    callback();
  }

  /** Drops what the code under test hung on the client, so that the next user gets it as new. */
  recycle(): void {
    this.gate = undefined;
    this.#evidence = [];
    this.#leastSeverity = 'notice';
    this.removeAllListeners();
    (this as unknown as Internals).connection.parsedStatements = {};
  }

  // `pg` declares nine overloads; the code under test sees those of the base class.
  override query(config: any, values?: any, callback?: any): any {
    const gate = this.gate;
    if (gate === undefined) return super.query(config, values, callback);
    return this.#gated(gate, config as QueryInput, values, callback);
  }

  #gated(gate: Gate, input: QueryInput, values: unknown, callback: unknown): unknown {
    if (input === null || input === undefined)
      throw new TypeError('Client was passed a null or undefined query');
    if (typeof (input as { submit?: unknown }).submit === 'function') {
      const { name } = input.constructor;
      const { text } = input as { readonly text?: unknown };
      // Thrown alone it might be swallowed: some libraries wait for an event of the object instead.
      gate.unsupported(typeof text === 'string' ? `${name}: ${text}` : name);
      throw new TypeError('pg-lockstep cannot hold back query objects with their own submit() yet');
    }
    if (typeof values === 'function') {
      callback = values;
      values = undefined;
    }
    const config = typeof input === 'string' ? { text: input } : { ...input };
    const given = (values as unknown[] | undefined) ?? config.values;
    const userCallback = (callback ?? (input as { callback?: Callback }).callback) as Callback | undefined;
    delete (config as { callback?: Callback }).callback;
    if (given !== undefined) config.values = given as unknown[];

    let finish!: Callback;
    const outcome =
      userCallback === undefined
        ? new Promise<unknown>((resolve, reject) => {
            finish = (error, result) => (error === undefined ? resolve(result) : reject(error));
          }).catch(passOn)
        : undefined;
    // A callback must run in the asynchronous context of its caller, not in that of the socket.
    if (userCallback !== undefined) finish = AsyncResource.bind(userCallback);

    const statement: HeldStatement = {
      client: this,
      text: config.text,
      values: given === undefined ? [] : [...(given as unknown[])],
      head: headOf(config.text),
      send: () => this.#send(config, typeof input === 'string'),
      refuse: (error) => finish(error),
    };
    const send = statement.send;
    const held: HeldStatement = {
      ...statement,
      send: async () => {
        const sent = await send();
        if (sent.kind === 'result' && silencing.test(config.text)) await this.#listenOn();
        gate.completed(held, sent);
        if (sent.kind === 'error') {
          finish(sent.error);
        } else if (userCallback === undefined) finish(undefined, sent.result);
        else (finish as (error: unknown, result: unknown) => void)(null, sent.result);
        return sent;
      },
    };
    gate.hold(held);
    return outcome;
  }

  /** The backend must go on saying that it waits; what the code under test did not want to see is kept from it here. */
  async #listenOn(): Promise<void> {
    if (this.#settings['client_min_messages'] === undefined) return;
    try {
      const { rows } = await super.query<{ readonly client_min_messages: string }>(
        'show client_min_messages',
      );
      await super.query(`set client_min_messages to ${this.#settings['client_min_messages']}`);
      this.#leastSeverity = rows[0]?.client_min_messages ?? 'notice';
    } catch {
      // In a transaction that failed meanwhile nothing was set either.
    }
  }

  /** Has the backend pass on what it has for this client. */
  async roundTrip(): Promise<void> {
    await super.query('').catch(() => {});
  }

  /** `pg` reports an error before the server is ready again, and locks are released in between: wait for both. */
  #send(config: pg.QueryConfig, bare: boolean): Promise<Sent> {
    return new Promise<Sent>((resolve) => {
      let sent: Sent | undefined;
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
        // `pg`'s own listener for the same message comes first where it was added first; either order works.
        check();
      };
      // `pg` copies a config property by property; of a bare text it makes one.
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
