/** One session of an execution: its calls run one after another, its statements queue up at the gate. */
import { Fault } from '../core/fault.ts';
import type { Answer, Call, Model, Operation } from '../core/model.ts';
import type { GatedClient, HeldStatement } from '../driver/gated-client.ts';
import { refusalsBeforeSilence } from '../driver/leased-client.ts';
import { failureOf } from './failure.ts';
import type { InFlight } from './in-flight.ts';
import { pendingWork, runAttributed, runUnattributed, type OutsideWork } from './outside.ts';
import { returnedAnswer } from './returned-answer.ts';
import { userSession } from './user-session.ts';
import type { PoolWait, StatementHost } from '../source/contract.ts';
import { SessionClients } from './session-clients.ts';
import { Ticks } from './ticks.ts';
import type { ProgramState, SessionParts } from './session-parts.ts';

export interface SessionHooks {
  lease(session: SessionRun): GatedClient;
  /** Takes what the session's code sends on connections that it opens itself. */
  host(session: SessionRun): StatementHost;
  /** Calls an operation in the session's program. */
  call(session: SessionRun, call: Call, operation: Operation): Promise<unknown>;
  /** Cancels a statement on its way; fulfilled when the database has heeded it. */
  cancel(entry: InFlight): Promise<void>;
  /** Something happened: the engine has to look again. */
  notify(): void;
  returned(session: SessionRun, operation: number, answer: Answer): void;
  /** A statement was under way when the operation ended, or was sent after that. */
  unawaited(session: SessionRun, operation: number, statement: HeldStatement): void;
  /** Its code sent a statement when the execution was over. */
  late(session: SessionRun, text: string): void;
  /** The code under test did something after which nothing can be judged. */
  fail(fault: Fault): void;
}

/** Operations that were started. */
let starts = 0;

/** Thrown into the code under test when its execution is given up, so that it unwinds. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

export class SessionRun {
  readonly index: number;
  readonly calls: readonly Call[];
  readonly clients: SessionClients;
  /** Held statements in the order in which they were queued. */
  readonly held: HeldStatement[] = [];
  readonly inFlight: Map<GatedClient, InFlight> = new Map();
  readonly host: StatementHost;
  readonly outside: OutsideWork;
  readonly memory: unknown;
  readonly #model: Model;
  readonly #parts: SessionParts;
  readonly #hooks: SessionHooks;
  program: ProgramState;
  /** The operation that runs, or starts next. */
  operation = 0;
  /** Operations are numbered in the order in which they were started. */
  startedAs = 0;
  /** Connections being opened: until then the session is not settled. */
  connecting = 0;
  /** Its code, or its pool, has control and may queue a statement in this turn of the event loop. */
  expecting = false;
  /** Its operation runs in another program: until that sends a statement or answers, the session is not settled. */
  isAway = false;
  abandoned = false;
  /** Its code used state that the sessions share in the process. */
  usedShared = false;
  #refusals = 0;
  readonly #queued: PoolWait[] = [];
  #lastConnected: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts, hooks: SessionHooks) {
    const { model, index, calls, memory } = parts;
    this.#model = model;
    this.index = index;
    this.calls = calls;
    this.memory = memory;
    this.#parts = parts;
    this.#hooks = hooks;
    this.program = calls.length === 0 ? 'done' : 'ready';
    this.clients = new SessionClients(
      () => hooks.lease(this),
      (text) => this.sentLate(text),
    );
    this.host = hooks.host(this);
    this.outside = {
      resources: [],
      ticks: new Ticks(parts.lookers, () => this.operationName),
      host: this.host,
    };
  }

  /** Calls the next operation. Its code runs at once, up to its first statement or wait. */
  start(): void {
    const call = this.calls[this.operation];
    if (call === undefined) throw new Error('no operation is left to start');
    const { operations } = this.#model;
    const definition = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
    if (definition === undefined) {
      throw new Fault(`the model has no operation "${call.operation}"`, {
        code: 'no-such-operation',
        kind: 'usage',
      });
    }
    this.program = 'inside';
    this.startedAs = starts += 1;
    this.expecting = true;
    const args = structuredClone(call.args) as unknown[];
    const { run, compare } = definition;
    this.isAway = run === undefined;
    const running =
      run === undefined
        ? this.#hooks.call(this, call, definition)
        : runAttributed(this.outside, async () => run(userSession(this, this.#parts), ...args));
    running.then(
      (value) => this.#ended(returnedAnswer(call.operation, value, compare, this.#hooks)),
      (error: unknown) => this.#ended(this.#failed(error)),
    );
  }

  #failed(error: unknown): Answer {
    if (this.isAway && error instanceof Fault) this.#hooks.fail(error);
    return failureOf(error);
  }

  #ended(answer: Answer): void {
    if (this.abandoned) {
      this.program = 'done';
      this.#hooks.notify();
      return;
    }
    const operation = this.operation;
    const under = [...this.inFlight.values()].map(({ statement }) => statement);
    for (const statement of [...under, ...this.held])
      if (statement.hidden !== true) this.#hooks.unawaited(this, operation, statement);
    this.operation += 1;
    this.program = this.operation < this.calls.length ? 'ready' : 'done';
    // A statement that nobody awaits may be on its way through the pool: it has arrived after one turn of the event loop.
    // A program may close a connection just before it answers, which comes another way.
    this.expecting = this.clients.sendsLater || this.isAway;
    this.isAway = false;
    this.#hooks.returned(this, operation, answer);
    this.#hooks.notify();
  }

  get isOver(): boolean {
    return this.clients.isRevoked;
  }

  /** Its code sent a statement when the execution was over. Abandoned code may go on at any time. */
  sentLate(text: string): void {
    if (!this.abandoned) this.#hooks.late(this, text);
  }

  /** A statement has come to the gate. Between operations nobody awaits it. */
  arrived(statement: HeldStatement): void {
    if (this.program === 'inside' || this.abandoned) return;
    this.#hooks.unawaited(this, Math.max(this.operation - 1, 0), statement);
  }

  queue(statement: HeldStatement): void {
    this.expecting = false;
    if (this.abandoned) {
      this.#refusals += 1;
      if (this.#refusals <= refusalsBeforeSilence)
        statement.refuse(new Abandoned('the execution was given up'));
      return;
    }
    this.held.push(statement);
    this.#hooks.notify();
  }

  /** Connections are handed over in the order in which they were asked for, however long each takes. */
  connectingTo(connected: Promise<unknown>): Promise<unknown> {
    this.connecting += 1;
    const finished = (): void => {
      this.connecting -= 1;
      this.expecting = true;
      this.#hooks.notify();
    };
    const before = this.#lastConnected;
    const inTurn = runUnattributed(() => before.then(() => connected));
    this.#lastConnected = runUnattributed(() => inTurn.then(finished, finished));
    return inTurn;
  }

  /** Its code runs, but it has neither queued a statement nor sent one: it awaits something else. */
  get isOutside(): boolean {
    return this.program === 'inside' && this.held.length === 0 && this.inFlight.size === 0;
  }

  /**
   * Its code awaits something that only another session can bring: a connection of a pool, say. A long timer beside that is a
   * deadline.
   */
  get waitsInProcess(): boolean {
    return this.isOutside && pendingWork(this.outside) !== 'soon';
  }

  get operationName(): string {
    return this.calls[this.operation]?.operation ?? '(no operation)';
  }

  /** The first held statement whose connection is free. */
  next(): HeldStatement | undefined {
    return this.held.find((statement) => !this.inFlight.has(statement.client));
  }

  take(statement: HeldStatement): void {
    this.held.splice(this.held.indexOf(statement), 1);
  }

  /**
   * The code under test cancels what it sent on this connection. What is on its way to the server is cancelled there.
   *
   * @returns the statement if it was still held: it is held no more, and nobody has answered it
   */
  cancel(client: GatedClient): HeldStatement | undefined {
    const held = this.held.find((statement) => statement.client === client);
    if (held !== undefined) this.take(held);
    const entry = this.inFlight.get(client);
    if (entry !== undefined) this.connectingTo(this.#hooks.cancel(entry)).catch(() => {});
    return entry === undefined ? held : undefined;
  }

  /** Its code waits for a connection of a pool, which may be for ever. */
  waitsInQueue(wait: PoolWait): void {
    if (this.abandoned) wait.giveUp();
    else this.#queued.push(wait);
  }

  /** Whether it waits for a connection that only another session can give back, whatever timers guard that. */
  get waitsForPool(): boolean {
    return this.#queued.some(({ isOver }) => !isOver());
  }

  /** Fails all held statements, now and later, so that the code under test unwinds. */
  abandon(): void {
    this.abandoned = true;
    if (this.program === 'ready') this.program = 'done';
    for (const statement of this.held.splice(0))
      statement.refuse(new Abandoned('the execution was given up'));
    for (const { giveUp } of this.#queued.splice(0)) giveUp();
  }
}
