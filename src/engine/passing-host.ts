/** Passes on at once what connections of the code under test send: in a set-up, and between executions. */
import type { GatedClient } from '../driver/gated-client.ts';
import type { CodeConnection, Request, StatementHost } from '../source/contract.ts';
import { setsSessionState } from '../source/session-state.ts';
import { Backings, exchange } from './backings.ts';
import { runUnattributed } from './outside.ts';

export class PassingHost implements StatementHost {
  readonly parameters: ReadonlyMap<string, string>;
  readonly #newClient: () => GatedClient;
  readonly #backings: Backings;
  readonly #clients: GatedClient[] = [];
  #idle: GatedClient | undefined;
  #isOver = false;

  private constructor(newClient: () => GatedClient, first: GatedClient) {
    this.#newClient = newClient;
    this.parameters = new Map(first.parameters);
    this.#idle = first;
    this.#clients.push(first);
    this.#backings = new Backings(() => this.#take());
  }

  /** @param newClient makes a connection that nobody else uses */
  static async open(newClient: () => GatedClient): Promise<PassingHost> {
    const first = newClient();
    await first.open();
    return new PassingHost(newClient, first);
  }

  #take(): GatedClient {
    const idle = this.#idle;
    this.#idle = undefined;
    if (idle !== undefined) return idle;
    return runUnattributed(() => {
      const client = this.#newClient();
      client.open().catch(() => {});
      this.#clients.push(client);
      return client;
    });
  }

  accept(request: Request): void {
    if (this.#isOver) {
      request.refuse(new Error('this connection is used outside of an execution'));
      return;
    }
    void this.#pass(request);
  }

  async #pass({ connection, unit, answer }: Request): Promise<void> {
    try {
      const backing = this.#backings.of(connection);
      await backing.readying;
      const messages = await exchange(backing, connection, unit);
      // What a set-up leaves on a connection is there in each execution.
      if (unit.kind === 'statement' && setsSessionState(unit.text)) connection.handshake.push(unit);
      answer(messages);
    } catch (error) {
      connection.fail({ severity: 'FATAL', code: '57P01', message: (error as Error).message });
    }
  }

  rows(connection: CodeConnection, bytes: Buffer): void {
    this.#backings.of(connection).client.sendMore(bytes);
  }

  closed(connection: CodeConnection): void {
    const client = this.#backings.drop(connection);
    if (client === undefined) return;
    this.#clients.splice(this.#clients.indexOf(client), 1);
    void client.end().catch(() => {});
  }

  /** Statements that pass at once end before anyone could cancel them. */
  cancel(): void {}

  /** From now on nothing passes: its connections are ended, those of the code under test stay open. */
  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients.splice(0).map((client) => client.end().catch(() => {})));
  }
}
