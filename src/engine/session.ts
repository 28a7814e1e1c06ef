/** One session of an execution: its calls run one after another, its statements queue up at the gate. */
import { Fault, messageOf } from '../core/fault.ts';
import type { Answer, Call, Model, Session as UserSession } from '../core/model.ts';
import { plain } from '../core/plain.ts';
import type { GatedClient, HeldStatement } from '../driver/gated-client.ts';
import { leaseOf, refusalsBeforeSilence, type Lease } from '../driver/leased-client.ts';
import { failureOf } from './failure.ts';
import { runAttributed, runUnattributed, type OutsideWork } from './outside.ts';
import { sessionPool } from './session-pool.ts';
import type pg from 'pg';

/** A statement that was sent and whose reply has not come. */
export interface InFlight {
  readonly session: SessionRun;
  readonly statement: HeldStatement;
  /** Undefined for a statement that is no step of its own (BEGIN). */
  readonly step: number | undefined;
  /** The backend said that it waits, and has not said that it got the lock. */
  announced: boolean;
  /** Seen to be blocked when last looked at. */
  blocked: boolean;
  /** Its wait has a deadlock check that announces it. */
  isChecked: boolean;
  /** Backends that it waited for then. */
  blockedBy: readonly number[];
  /** Its backend is held still until those before it have settled. */
  held: boolean;
  /** Recorded as blocked in the history at some time, so that its completion is recorded as unblocked first. */
  recorded: boolean;
  /** What it is and what others had done before it was sent: in the same situation it most likely waits again. */
  situation: string;
}

/** Whether its deadlock check, which announces its wait, has not run. */
export function isOverdue({ blocked, isChecked, held, announced }: InFlight): boolean {
  return blocked && isChecked && !held && !announced;
}

/** What a session's program is doing between steps. */
export type ProgramState =
  /** The next operation has not been started; starting it is part of the session's next step. */
  | 'ready'
  /** Its code is running, or waits for something. */
  | 'inside'
  /** All operations have ended. */
  | 'done';

/** A statement that is sent now; undefined as `step` where it is no step of its own. */
export function sentNow(session: SessionRun, statement: HeldStatement, step: number | undefined): InFlight {
  return {
    session,
    statement,
    step,
    announced: false,
    blocked: false,
    isChecked: false,
    blockedBy: [],
    held: false,
    recorded: false,
    situation: '',
  };
}

export interface SessionHooks {
  lease(session: SessionRun): GatedClient;
  /** Something happened: the engine has to look again. */
  notify(): void;
  returned(session: SessionRun, operation: number, answer: Answer): void;
  /** A statement was under way when the operation ended, or was sent after that. */
  unawaited(session: SessionRun, operation: number, statement: HeldStatement): void;
  /** Its code sent a statement when the execution was over. */
  late(session: SessionRun, text: string): void;
  /** The code under test did what leaves nothing to judge. */
  fail(fault: Fault): void;
}

/** Thrown into the code under test when its execution is given up, so that it unwinds. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

export class SessionRun {
  readonly index: number;
  readonly calls: readonly Call[];
  /** The session's own connection: taken first, since those that are connected already come first. */
  readonly client: GatedClient;
  readonly clients: GatedClient[] = [];
  /** Held statements in the order in which they were queued. */
  readonly held: HeldStatement[] = [];
  readonly inFlight: Map<GatedClient, InFlight> = new Map();
  readonly outside: OutsideWork = { resources: [] };
  readonly memory: unknown;
  readonly #model: Model;
  readonly #shared: unknown;
  readonly #hooks: SessionHooks;
  program: ProgramState;
  /** The operation that runs, or is to be started next. */
  operation = 0;
  /** Connections being opened; a session that opens one cannot be judged until it is open. */
  connecting = 0;
  /** Steps of the transaction that is open, by their texts: what it may have locked. */
  trail = '';
  /** Handed control to the code under test, and it has neither queued a statement nor finished since. */
  expecting = false;
  abandoned = false;
  /** Its code asked for what the sessions share in the process. */
  usedShared = false;
  #refusals = 0;
  #pool: pg.Pool | undefined;
  readonly #leases: Lease[] = [];
  #revoked = false;
  readonly #userClient: pg.Client;
  #lastConnected: Promise<unknown> = Promise.resolve();

  constructor(
    model: Model,
    index: number,
    calls: readonly Call[],
    memory: unknown,
    shared: unknown,
    hooks: SessionHooks,
  ) {
    this.#model = model;
    this.index = index;
    this.calls = calls;
    this.memory = memory;
    this.#shared = shared;
    this.#hooks = hooks;
    this.program = calls.length === 0 ? 'done' : 'ready';
    this.client = hooks.lease(this);
    this.#userClient = this.#leased(this.client);
  }

  #leased(client: GatedClient): pg.Client {
    const lease = leaseOf(client, (text) => {
      // Code that was given up goes on when it likes.
      if (!this.abandoned) this.#hooks.late(this, text);
    });
    this.#leases.push(lease);
    return lease.client;
  }

  /** For the session's pool, which may be kept beyond the execution as well as a client. */
  #another(): pg.Client {
    if (!this.#revoked) return this.#leased(this.#hooks.lease(this));
    if (!this.abandoned) this.#hooks.late(this, 'connect');
    throw new Error('this pool is used after its execution is over');
  }

  /** The execution is over: its clients go to others. */
  revoke(): void {
    this.#revoked = true;
    for (const lease of this.#leases) lease.revoke();
  }

  /** What the operation gets. */
  #userSession(): UserSession {
    const shared = this.#shared;
    const used = (): void => void (this.usedShared = true);
    const pool = (): pg.Pool => {
      // An application that ends its pool with its request makes another one for the next.
      if (this.#pool === undefined || this.#pool.ending) this.#pool = sessionPool(() => this.#another(), 10);
      return this.#pool;
    };
    return {
      client: this.#userClient,
      // Made when it is first asked for: most code needs none.
      get pool() {
        return pool();
      },
      memory: this.memory,
      get shared() {
        used();
        return shared;
      },
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
    this.expecting = true;
    const args = structuredClone(call.args) as unknown[];
    const running = runAttributed(this.outside, async () => definition.run(this.#userSession(), ...args));
    running.then(
      (value) => this.#ended(this.#returned(value)),
      (error: unknown) => this.#ended(failureOf(error)),
    );
  }

  #returned(value: unknown): Answer {
    try {
      return { kind: 'returned', value: plain(value) };
    } catch (error) {
      const fault = new Fault(`operation ${this.operationName} returns what is too large to compare`, {
        code: 'result-too-large',
        kind: 'usage',
        detail: messageOf(error),
        hint: 'return what a caller looks at: a few fields, a count',
      });
      this.#hooks.fail(fault);
      return { kind: 'returned', value: undefined };
    }
  }

  #ended(answer: Answer): void {
    if (this.abandoned) {
      this.program = 'done';
      this.#hooks.notify();
      return;
    }
    const operation = this.operation;
    for (const { statement } of this.inFlight.values()) this.#hooks.unawaited(this, operation, statement);
    for (const statement of this.held) this.#hooks.unawaited(this, operation, statement);
    this.operation += 1;
    this.program = this.operation < this.calls.length ? 'ready' : 'done';
    this.expecting = false;
    this.#hooks.returned(this, operation, answer);
    this.#hooks.notify();
  }

  /** A statement has come to the gate. Between operations nobody is there to wait for it. */
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

  /** Fails whatever is held and whatever will be, so that the code under test unwinds. */
  abandon(): void {
    this.abandoned = true;
    if (this.program === 'ready') this.program = 'done';
    for (const statement of this.held.splice(0))
      statement.refuse(new Abandoned('the execution was given up'));
  }
}

/** `s1, s2`: sessions as people number them. */
export function sessionNames(sessions: readonly number[]): string {
  return sessions.map((session) => `s${session + 1}`).join(', ');
}
