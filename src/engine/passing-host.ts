/** Passes on at once what connections of the code under test send: in a set-up, and between executions. */
import type { GatedClient } from '../driver/gated-client.ts';
import type { CodeConnection, Request, StatementHost } from '../source/contract.ts';
import { remember, setsSessionState } from '../source/session-state.ts';
import { Backings, exchange, lossOf } from './backings.ts';
import { runUnattributed } from './outside.ts';
import { Signal, turn } from './signal.ts';

/** Statements; a library sends fewer on a new connection. */
const longestOpening = 20;
/** A pool hands a connection over, and a client sends what it queued, within one of them. */
const turnsOfRest = 3;

export interface PassingHostParts {
  /** What the server reports of its settings on a new connection. */
  readonly parameters: () => ReadonlyMap<string, string>;
  /** Makes a connection that nobody else uses. */
  readonly newClient: () => GatedClient;
  /** Called with the text of each statement that passes. */
  readonly passes?: (text: string) => void;
  /** Called with the text of a statement that comes when nothing passes any more. */
  readonly late?: (text: string) => void;
  /** Whether such a request is kept for whoever comes next; it is then neither late nor refused. */
  readonly keeps?: (request: Request) => boolean;
  /** Nothing passes any more: what the connection sent first is known. */
  readonly opened?: (connection: CodeConnection) => void;
  /** See `Database.cancel`. */
  readonly cancel: (pids: readonly number[]) => Promise<void>;
}

export class PassingHost implements StatementHost {
  readonly #in: PassingHostParts;
  readonly #backings: Backings;
  readonly #clients: GatedClient[] = [];
  readonly #connections = new Set<CodeConnection>();
  readonly #answered = new Signal();
  /** Requests that have no answer yet. */
  #open = 0;
  #isOver = false;

  constructor(parts: PassingHostParts) {
    this.#in = parts;
    this.#backings = new Backings(() => this.#take());
  }

  #take(): GatedClient {
    return runUnattributed(() => {
      const client = this.#in.newClient();
      client.open().catch(() => {});
      this.#clients.push(client);
      return client;
    });
  }

  get parameters(): ReadonlyMap<string, string> {
    return this.#in.parameters();
  }

  accept(request: Request): void {
    if (this.#isOver) {
      if (this.#in.keeps?.(request) === true) return;
      if (request.unit.kind === 'statement') this.#in.late?.(request.unit.text);
      request.refuse(new Error('this connection is used outside of an execution'));
      return;
    }
    this.#connections.add(request.connection);
    if (request.unit.kind === 'statement') this.#in.passes?.(request.unit.text);
    this.#open += 1;
    void this.#pass(request).finally(() => {
      this.#open -= 1;
      this.#answered.notify();
    });
  }

  /** All that was sent is answered, and nothing more comes of that at once: code that nobody awaits has come to its end. */
  async rest(): Promise<void> {
    for (let turns = 0; turns < turnsOfRest; turns += 1) {
      await turn();
      if (this.#open === 0) continue;
      turns = -1;
      await this.#answered.wait();
    }
  }

  async #pass({ connection, unit, answer }: Request): Promise<void> {
    try {
      const backing = this.#backings.of(connection);
      await backing.readying;
      const messages = await exchange(backing, connection, unit);
      if (unit.kind === 'statement') {
        // What a set-up leaves on a connection is there in each execution.
        if (setsSessionState(unit.text)) remember(connection.handshake, unit);
        if (connection.opening.length < longestOpening) connection.opening.push(unit);
      }
      answer(messages);
    } catch (error) {
      connection.fail(lossOf(error as Error));
    }
  }

  rows(connection: CodeConnection, bytes: Buffer): Promise<void> | undefined {
    return this.#backings.of(connection).client.sendMore(bytes);
  }

  closed(connection: CodeConnection): void {
    const client = this.#backings.drop(connection);
    const at = client === undefined ? -1 : this.#clients.indexOf(client);
    if (client === undefined || at < 0) return;
    this.#clients.splice(at, 1);
    void client.end().catch(() => {});
  }

  queued(): void {}

  /** The error that its code gets says it. */
  foreign(): void {}

  cancel(connection: CodeConnection): void {
    const { client, readying } = this.#backings.of(connection);
    const cancel = async (): Promise<void> => {
      await readying;
      await this.#in.cancel([client.pid]);
    };
    // It is a request: there is no answer to wait for.
    cancel().catch(() => {});
  }

  /** From now on nothing passes: its connections are ended, those of the code under test stay open. */
  async close(): Promise<void> {
    this.#isOver = true;
    for (const connection of this.#connections) this.#in.opened?.(connection);
    const clients = this.#clients.splice(0);
    for (const client of clients) client.front = undefined;
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}
