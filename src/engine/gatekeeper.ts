/**
 * The gatekeeper stands at the gate of every client: it takes in the statements of the code under test, releases each
 * at its step, and records statements and replies.
 */
import type { Fault } from '../core/fault.ts';
import type { GatedClient, HeldStatement, StatementGate } from '../driver/gated-client.ts';
import type { WireReply } from '../driver/wire-client.ts';
import type { StatementHost } from '../source/contract.ts';
import { within } from '../driver/within.ts';
import { Backings } from './backings.ts';
import type { Fairness } from './fairness.ts';
import { Heirs } from './heirs.ts';
import { InFlight } from './in-flight.ts';
import { runUnattributed } from './outside.ts';
import type { ClientStock } from './client-stock.ts';
import type { StatementWatcher } from './execution-setup.ts';
import { replyIsNear } from './polling.ts';
import { QueryObjects } from './query-objects.ts';
import type { Recorder } from './recorder.ts';
import { replyOf } from './reply.ts';
import { SessionHost } from './session-host.ts';
import type { SessionRun } from './session.ts';
import type { Settler } from './settler.ts';
import type { Signal } from './signal.ts';
import { StatementRecords } from './statement-records.ts';

/** The backend does not end if the code under test made it wait for something else. */
const cancelTimeoutMs = 2_000;

/** What an execution lends to its gatekeeper. */
export interface GatekeeperParts {
  readonly stock: ClientStock;
  readonly sessions: readonly SessionRun[];
  /** Each client's session; the gatekeeper enters those that it leases. */
  readonly owners: Map<GatedClient, SessionRun>;
  readonly settler: Settler;
  readonly recorder: Recorder;
  readonly fairness: Fairness;
  readonly signal: Signal;
  readonly watcher: StatementWatcher | undefined;
  /** See `ExecutionSetup`. */
  readonly meetInProcess: boolean;
  fail(fault: Fault): void;
}

export class Gatekeeper {
  readonly statements: StatementRecords;
  readonly #in: GatekeeperParts;
  readonly #backings: Backings;
  readonly #heirs: Heirs;

  constructor(parts: GatekeeperParts) {
    this.#in = parts;
    this.statements = new StatementRecords(parts.stock);
    this.#backings = new Backings(() => this.#take());
    this.#heirs = new Heirs(parts.sessions);
  }

  /** A client for the session. */
  lease(session: SessionRun): GatedClient {
    const client = this.#take();
    const gate = this.#gate(session);
    const objects = new QueryObjects(client, session, this.#backings);
    client.gate = {
      ...gate,
      hold: (statement) => objects.inTurn(() => gate.hold(statement)),
      submit: (object, rest) => objects.submit(object, rest),
    };
    this.#in.owners.set(client, session);
    return client;
  }

  #take(): GatedClient {
    // A new connection's socket is the engine's: an open socket would look like work that the session waits for.
    return runUnattributed(() => {
      const client = this.#in.stock.take();
      client.open().catch(() => {});
      return client;
    });
  }

  /** Takes what the session's code sends on connections that it opens itself. */
  host(session: SessionRun): StatementHost {
    const { stock, owners } = this.#in;
    return new SessionHost({
      session,
      gate: this.#gate(session),
      backings: this.#backings,
      handshakes: stock.handshakes,
      parameters: stock.parameters,
      // A program has no context that it could lose.
      heir: () => (stock.seats === undefined ? this.#heirs.of(session) : undefined),
      keeps: (request) => stock.seats?.keeps(session.index, request) ?? false,
      foreign: (address) => stock.reportForeignConnection(session.operationName, address),
      uses: (client) => {
        owners.set(client, session);
        session.clients.uses(client);
      },
    });
  }

  /** The code under test cancels a statement that is on its way. */
  async cancel(entry: InFlight): Promise<void> {
    const { pid } = entry.statement.client;
    await runUnattributed(() => this.#in.stock.database.cancel([pid]));
    // A backend that waits ends at once; the next decision is taken after that.
    if (entry.isWaiting && !entry.isStopped) await within(cancelTimeoutMs, entry.reply);
  }

  #gate(session: SessionRun): StatementGate {
    return {
      hold: (statement) => this.#hold(session, statement),
      completed: (statement, reply) => this.#completed(session, statement, reply),
      announced: (client, waiting) => {
        // A connection of the code's own moves from one session to another.
        const entry = this.#in.owners.get(client)?.inFlight.get(client);
        if (entry === undefined) return;
        entry.announced = waiting;
        this.#in.signal.notify();
      },
      connecting: (_client, connected) => session.connectingTo(connected),
      ended: () => {},
    };
  }

  #hold(session: SessionRun, statement: HeldStatement): void {
    const { settler, watcher, stock } = this.#in;
    const { database } = stock;
    settler.ran();
    if (statement.hidden !== true) {
      watcher?.held(statement);
      session.arrived(statement);
    }
    const { kind } = statement.head;
    const free = kind === 'free' || (kind === 'begin' && database.capabilities.concurrentTransactions);
    const goesAlong = free && (statement.hidden === true || !this.#in.meetInProcess);
    const first =
      !session.inFlight.has(statement.client) &&
      !session.held.some((held) => held.client === statement.client);
    if (!goesAlong || !first || session.abandoned || database.wouldWait(statement.client)) {
      session.queue(statement);
      return;
    }
    session.expecting = false;
    this.#send(session, statement, undefined);
  }

  /** Sends a held statement as a step. */
  release(session: SessionRun, statement: HeldStatement, step: number): void {
    session.take(statement);
    this.#in.watcher?.released(statement, step);
    this.#in.settler.stopWaiters();
    this.#send(session, statement, step);
  }

  /** @param step undefined for a statement that is no step of its own */
  #send(session: SessionRun, held: HeldStatement, step: number | undefined): void {
    const { recorder, settler } = this.#in;
    const { index, operation } = session;
    if (step !== undefined || held.hidden !== true) {
      const statement = this.statements.sent(held, session.clients.numberOf(held.client));
      recorder.add(
        step === undefined
          ? { kind: 'free', session: index, operation, statement }
          : { kind: 'released', session: index, operation, step, statement },
      );
    }
    const entry = new InFlight(index, held, step);
    session.inFlight.set(held.client, entry);
    settler.sent(entry, operation);
    entry.reply = held.send();
    replyIsNear();
  }

  #completed(session: SessionRun, statement: HeldStatement, wireReply: WireReply): void {
    const { settler, recorder, fairness, signal } = this.#in;
    const { client, text, values } = statement;
    const entry = session.inFlight.get(client);
    if (entry === undefined) throw new Error(`a reply to a statement that was not sent: ${text}`);
    session.inFlight.delete(client);
    session.expecting = true;
    entry.ended(client.broken);
    settler.completed(entry);
    const { step } = entry;
    const openAfter = this.statements.completed(statement, step);
    if (step !== undefined) {
      const reply = replyOf(wireReply);
      fairness.completed(session.index, { text, values, reply });
      if (entry.blockers !== undefined) recorder.add({ kind: 'unblocked', session: session.index, step });
      recorder.add({ kind: 'completed', session: session.index, step, reply, openAfter });
    }
    signal.notify();
  }
}
