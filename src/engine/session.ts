/** One session of an execution: its calls run one after another, its statements queue up at the gate. */
import { Fault } from '../core/fault.ts';
import type { Statement } from '../core/history.ts';
import type { Answer, Call, Model, Session as UserSession } from '../core/model.ts';
import { plain } from '../core/plain.ts';
import type { GatedClient, HeldStatement } from '../driver/gated-client.ts';
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
}

/** How many statements of an abandoned execution are refused before they are simply never answered. */
const refusalsBeforeSilence = 50;

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
  }

  /** What the operation gets. */
  #userSession(): UserSession {
    const shared = this.#shared;
    const used = (): void => void (this.usedShared = true);
    const pool = (): pg.Pool => (this.#pool ??= sessionPool(() => this.#hooks.lease(this), 10));
    return {
      client: this.client as unknown as pg.Client,
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
      (value) => this.#ended({ kind: 'returned', value: plain(value) }),
      (error: unknown) => this.#ended(failure(error)),
    );
  }

  #ended(answer: Answer): void {
    if (this.abandoned) {
      this.program = 'done';
      this.#hooks.notify();
      return;
    }
    const operation = this.operation;
    this.operation += 1;
    this.program = this.operation < this.calls.length ? 'ready' : 'done';
    this.expecting = false;
    this.#hooks.returned(this, operation, answer);
    this.#hooks.notify();
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

  /** The statement as histories have it. */
  describe({ client, text, values }: HeldStatement): Statement {
    return { text, values: plain(values) as unknown[], connection: this.clients.indexOf(client) };
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

function failure(thrown: unknown): Answer {
  const error = thrown as {
    code?: unknown;
    constraint?: unknown;
    name?: unknown;
    message?: unknown;
    severity?: unknown;
  } | null;
  const isDatabaseError =
    typeof error?.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) && error.severity !== undefined;
  return {
    kind: 'failed',
    sqlstate: isDatabaseError ? (error.code as string) : undefined,
    constraint: typeof error?.constraint === 'string' ? error.constraint : undefined,
    name: isDatabaseError ? 'DatabaseError' : typeof error?.name === 'string' ? error.name : typeof thrown,
    message: typeof error?.message === 'string' ? error.message : String(thrown),
  };
}

/** `s1, s2`: sessions as people number them. */
export function sessionNames(sessions: readonly number[]): string {
  return sessions.map((session) => `s${session + 1}`).join(', ');
}
