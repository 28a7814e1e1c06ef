/** Takes what connections send that a session's code opened by itself, and gives it to the gate like its client's statements. */
import type { GatedClient, HeldStatement, StatementGate } from '../driver/gated-client.ts';
import { headOf, type StatementHead } from '../driver/statement-head.ts';
import type { WireReply } from '../driver/wire-client.ts';
import type { CodeConnection, PoolWait, Request, StatementHost } from '../source/contract.ts';
import { wireReply } from '../source/reply.ts';
import { failingUnit } from '../source/unit.ts';
import { exchange, lossOf, type Backing, type Backings } from './backings.ts';
import type { Handshakes } from './handshakes.ts';
import { runAttributed } from './outside.ts';
import type { SessionRun } from './session.ts';

export interface SessionHostParts {
  readonly session: SessionRun;
  readonly gate: StatementGate;
  readonly backings: Backings;
  readonly handshakes: Handshakes;
  readonly parameters: ReadonlyMap<string, string>;
  /** See `Heirs.of`. */
  readonly heir: () => SessionRun | undefined;
  /** Whether what comes when the execution is over is kept for the next one. */
  readonly keeps: (request: Request) => boolean;
  /** See `StatementHost.foreign`. */
  readonly foreign: (address: string) => void;
  /** The session uses this connection now. */
  readonly uses: (client: GatedClient) => void;
}

const alongside: StatementHead = {
  kind: 'free',
  savepoint: undefined,
  level: undefined,
  setsDefaultLevel: false,
};

export class SessionHost implements StatementHost {
  readonly #in: SessionHostParts;
  /** The last of each connection. */
  readonly #requests = new WeakMap<CodeConnection, Request>();

  constructor(parts: SessionHostParts) {
    this.#in = parts;
  }

  get parameters(): ReadonlyMap<string, string> {
    return this.#in.parameters;
  }

  accept(request: Request): void {
    const { session, backings, uses } = this.#in;
    if (session.isOver) {
      if (this.#in.keeps(request)) return;
      session.sentLate(request.unit.text);
      request.refuse(new Error('this connection is used after its execution is over'));
      return;
    }
    const heir = this.#in.heir();
    if (heir !== undefined) {
      heir.host.accept(request);
      return;
    }
    const backing = backings.of(request.connection);
    uses(backing.client);
    const { readying } = backing;
    if (readying === undefined) this.#hold(request, backing);
    else
      session.connectingTo(readying).then(
        () => this.#hold(request, backing),
        (error: Error) => request.connection.fail(lossOf(error)),
      );
  }

  rows(connection: CodeConnection, bytes: Buffer): Promise<void> | undefined {
    return this.#in.backings.of(connection).client.sendMore(bytes);
  }

  /** Its transaction ends and its locks go, as on a server; nobody waits for that. */
  closed(connection: CodeConnection): void {
    const { session, backings } = this.#in;
    if (session.isOver) return;
    const client = backings.drop(connection);
    if (client === undefined || client.broken) return;
    const send = async (): Promise<WireReply> => {
      let reply: WireReply;
      try {
        // A conversation that nobody goes on with ends first, and with it a failed transaction begins or ends.
        await client.queryNow('rollback');
        reply = { kind: 'result', result: await client.queryNow('discard all') };
      } catch (error) {
        reply = { kind: 'error', error: error as Error };
      }
      client.takeEvidence();
      this.#in.gate.completed(statement, reply);
      backings.spare(client);
      return reply;
    };
    const statement: HeldStatement = {
      client,
      text: 'discard all',
      values: [],
      head: alongside,
      hidden: true,
      send,
      refuse: () => {},
    };
    this.#in.gate.hold(statement);
  }

  foreign(address: string): void {
    this.#in.foreign(address);
  }

  queued(wait: PoolWait): void {
    (this.#in.heir() ?? this.#in.session).waitsInQueue(wait);
  }

  cancel(connection: CodeConnection): void {
    const { session, backings } = this.#in;
    const request = this.#requests.get(connection);
    if (session.isOver || request === undefined) return;
    const backing = backings.of(connection);
    const held = session.cancel(backing.client);
    if (held === undefined) return;
    const canceled = new Error('canceling statement due to user request');
    if (backing.client.inTransaction) this.#abort(request, backing, canceled);
    else held.refuse(canceled);
  }

  /** A statement that was not sent fails: its transaction fails with it, and its locks go. */
  #abort(request: Request, backing: Backing, error: Error): void {
    const { connection } = request;
    const refuse = (): void => request.refuse(error);
    this.#hold({ connection, unit: failingUnit(error.message), answer: refuse, refuse }, backing);
  }

  #hold(request: Request, backing: Backing): void {
    const { connection, unit } = request;
    const { session, gate, handshakes } = this.#in;
    const { client } = backing;
    this.#requests.set(connection, request);
    const isStatement = unit.kind === 'statement';
    const isHandshake = isStatement && handshakes.sees(connection, unit);
    const hidden = !isStatement || isHandshake;
    const statement: HeldStatement = {
      client,
      text: unit.text,
      values: unit.values,
      head: hidden ? alongside : headOf(unit.text),
      hidden,
      send: async () => {
        let messages: readonly Buffer[];
        let reply: WireReply;
        try {
          messages = await exchange(backing, connection, unit);
          reply = wireReply(messages, unit.formats, connection.columnsFor(unit));
        } catch (error) {
          reply = { kind: 'error', error: error as Error };
          gate.completed(statement, reply);
          runAttributed(session.outside, () => connection.fail(lossOf(error as Error)));
          return reply;
        }
        if (isHandshake) {
          client.setUpBy = [...(client.setUpBy ?? []), unit.text];
          client.takeEvidence();
        }
        gate.completed(statement, reply);
        runAttributed(session.outside, () => request.answer(messages));
        return reply;
      },
      refuse: (error) => runAttributed(session.outside, () => request.refuse(error)),
    };
    gate.hold(statement);
  }
}
