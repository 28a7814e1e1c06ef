/**
 * A client whose statements are held back before they are sent. Everything else about it is `pg`'s own: the code under
 * test cannot see the difference.
 */
import { AsyncResource } from 'node:async_hooks';
import type pg from 'pg';
import { ConfirmedClient } from './confirmed-client.ts';
import { passOn } from './pass-on.ts';
import type { Callback, QueryInput } from './pg-internals.ts';
import { headOf, type StatementHead } from './statement-head.ts';
import type { WireReply } from './wire-client.ts';

/** A statement of the code under test before it is sent. */
export interface HeldStatement {
  readonly client: GatedClient;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly head: StatementHead;
  /** Sends it; fulfilled when the server is ready for the next query, also after an error. */
  readonly send: () => Promise<WireReply>;
  /** Fails it without sending. */
  readonly refuse: (error: Error) => void;
  /**
   * It is no part of the history, since a library sends it only the first time (it prepares a statement, or sets up a new
   * connection). It goes along with the step before it. Default false.
   */
  readonly hidden?: boolean;
}

/** Where statements are held. */
export interface StatementGate {
  /** Called for each statement before it is sent. The gate calls `send` or `refuse` exactly once. */
  hold(statement: HeldStatement): void;
  /** The reply has arrived and is about to be handed to the code under test. */
  completed(statement: HeldStatement, reply: WireReply): void;
  /** The backend announced that it waits for a lock (or that it got it). */
  announced(client: GatedClient, waiting: boolean): void;
  /**
   * The client is being connected: until the promise is settled its session cannot go on. Returns the promise that the
   * code under test awaits instead.
   */
  connecting(client: GatedClient, connected: Promise<unknown>): Promise<unknown>;
  /** The code under test ended the client (or its pool did): it may serve another session from now on. */
  ended(client: GatedClient): void;
}

/** Attached to a client while it belongs to a session. */
export interface Gate extends StatementGate {
  /** The code under test gave the client an object that sends itself, and perhaps values and a callback. */
  submit(object: QueryObject, rest: readonly unknown[]): void;
}

/** A cursor, a stream, COPY: it speaks the protocol itself. */
export interface QueryObject {
  submit(connection: unknown): unknown;
}

const silencing = /client_min_messages/i;

export class GatedClient extends ConfirmedClient {
  gate: Gate | undefined;
  /**
   * Set while it stands behind a connection that the code under test opened itself, which sessions hand over to each other:
   * the statements with which that connection was set up when it was new.
   */
  setUpBy: readonly string[] | undefined;

  protected override announced(waiting: boolean): void {
    this.gate?.announced(this, waiting);
  }

  /** Under a gate, connecting a connected client is no error: the code under test gets clients ready for use. */
  override connect(callback?: any): any {
    const gate = this.gate;
    if (gate === undefined) return super.connect(callback);
    const connected = gate.connecting(this, this.open());
    if (callback === undefined) return connected;
    connected.then(
      () => callback(undefined, this),
      (error: Error) => callback(error),
    );
  }

  /** Under a gate the connection stays open and goes back to the engine, which resets it. */
  override end(callback?: any): any {
    const gate = this.gate;
    if (gate === undefined) return callback === undefined ? super.end() : super.end(callback);
    gate.ended(this);
    if (callback === undefined) return Promise.resolve();
    callback();
  }

  /** Drops everything that the code under test attached to the client, so that the next user gets it as new. */
  recycle(): void {
    this.gate = undefined;
    this.clear();
  }

  // `pg` declares nine overloads; the code under test sees those of the base class.
  override query(config: any, values?: any, callback?: any): any {
    const gate = this.gate;
    if (gate === undefined) return super.query(config, values, callback);
    return this.#gated(gate, config as QueryInput, values, callback);
  }

  /**
   * To be awaited when a statement succeeded, before its reply is handed over; undefined if there is nothing to do. The server
   * must be ready for a query.
   */
  afterSuccess(text: string): Promise<void> | undefined {
    const least = this.startSettings['client_min_messages'];
    return least !== undefined && silencing.test(text) ? this.keepAnnouncing(least) : undefined;
  }

  /** Sends a statement of the tool's own past the gate. */
  queryNow(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    return super.query(text, values);
  }

  #gated(gate: Gate, input: QueryInput, values: unknown, callback: unknown): unknown {
    if (input === null || input === undefined)
      throw new TypeError('Client was passed a null or undefined query');
    if (typeof (input as { submit?: unknown }).submit === 'function') {
      gate.submit(input as unknown as QueryObject, [values, callback]);
      return input;
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
      send: () => this.sendNow(config, typeof input === 'string'),
      refuse: (error) => finish(error),
    };
    const send = statement.send;
    const held: HeldStatement = {
      ...statement,
      send: async () => {
        const reply = await send();
        const after = reply.kind === 'result' ? this.afterSuccess(config.text) : undefined;
        if (after !== undefined) await after;
        gate.completed(held, reply);
        if (reply.kind === 'error') {
          finish(reply.error);
        } else if (userCallback === undefined) finish(undefined, reply.result);
        else (finish as (error: unknown, result: unknown) => void)(null, reply.result);
        return reply;
      },
    };
    gate.hold(held);
    return outcome;
  }
}
