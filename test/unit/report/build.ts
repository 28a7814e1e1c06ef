/** Builders for hand-made results: a history is built event by event, and everything else has a plain default. */
import {
  isEnd,
  type HistoryEvent,
  type Reply,
  type Statement,
  type Transaction,
} from '../../../src/core/history.ts';
import type { Answer, Call } from '../../../src/core/model.ts';
import type { Counterexample, Coverage, HeldResult, Setting } from '../../../src/core/result.ts';
import type { DatabaseState } from '../../../src/core/state.ts';
import type { OperationRef, SerialOutcome } from '../../../src/core/verdict.ts';
import { headOf } from '../../../src/driver/statement-head.ts';

export const setting: Setting = {
  model: 'bank-account/read-then-write',
  driver: 'postgres',
  engine: 'postgres 18.4',
  isolation: 'read committed',
  order: 'session',
  granularity: 'statement',
};

export function call(operation: string, ...args: readonly unknown[]): Call {
  return { operation, args };
}

export function ref(session: number, operation: number = 0): OperationRef {
  return { session, operation };
}

export function returned(value?: unknown): Answer {
  return { kind: 'returned', value };
}

export function failed(sqlstate: string | undefined, constraint?: string, message: string = 'no'): Answer {
  return {
    kind: 'failed',
    sqlstate,
    constraint,
    name: sqlstate === undefined ? 'TypeError' : 'DatabaseError',
    message,
  };
}

/** Tables with their column names first. */
export function state(
  tables: Readonly<Record<string, readonly [readonly string[], ...(readonly (string | null)[])[]]>>,
): DatabaseState {
  return {
    tables: Object.fromEntries(
      Object.entries(tables).map(([name, [columns, ...rows]]) => [name, { columns, rows }]),
    ),
    sequences: {},
  };
}

export function accounts(...rows: readonly (readonly string[])[]): DatabaseState {
  return state({ accounts: [['name', 'balance'], ...rows] });
}

export function serial(
  order: readonly OperationRef[],
  answers: readonly (readonly Answer[])[],
  final: DatabaseState,
  orders: number = 1,
): SerialOutcome {
  return { order, orders, answers, state: final };
}

export function rows(columns: readonly string[], ...values: readonly (readonly unknown[])[]): Reply {
  return { kind: 'rows', command: 'SELECT', rowCount: values.length, rows: values, columns };
}

export function done(command: string, rowCount: number | null = null): Reply {
  return { kind: 'rows', command, rowCount, rows: [], columns: [] };
}

export function error(sqlstate: string | undefined, constraint?: string, message: string = 'no'): Reply {
  return { kind: 'error', sqlstate, constraint, message };
}

/** With the record that the gate makes of its text alone: which transaction it belongs to stays open. */
function statementOf(
  text: string,
  values: readonly unknown[],
  connection: number,
  transaction: Transaction | undefined,
): Statement {
  const { kind, savepoint } = headOf(text);
  return { text, values, connection, kind, savepoint, transaction, openBefore: undefined };
}

/**
 * Builds a history. Sessions count from 1, as in reports. Steps count as in the engine: the beginning of an operation and
 * its first statement are one.
 */
export class HistoryBuilder {
  readonly history: HistoryEvent[] = [];
  readonly #operations: number[] = [];
  /** By session and connection: the number of its transaction; each ends with COMMIT or ROLLBACK. */
  readonly #transactions = new Map<string, number>();
  #steps = 0;
  #begun: number | undefined;

  begin(session: number): this {
    const operation = (this.#operations[session] ?? -1) + 1;
    this.#operations[session] = operation;
    this.#begun = session;
    return this.#add({ kind: 'began', session: session - 1, operation, step: this.#steps++ });
  }

  free(session: number, text: string, connection: number = 0): this {
    const operation = this.#operations[session] ?? 0;
    const statement = statementOf(text, [], connection, undefined);
    return this.#add({ kind: 'free', session: session - 1, operation, statement });
  }

  /** Releases a statement; with a reply it completes at once. */
  step(
    session: number,
    text: string,
    values: readonly unknown[] = [],
    reply?: Reply,
    connection: number = 0,
  ): this {
    const operation = this.#operations[session] ?? 0;
    const step = this.#begun === session ? this.#steps - 1 : this.#steps++;
    this.#begun = undefined;
    const key = `${session} ${connection}`;
    const number = this.#transactions.get(key) ?? 1;
    const statement = statementOf(text, values, connection, { number, level: 'read committed' });
    if (isEnd(statement)) this.#transactions.set(key, number + 1);
    this.#add({ kind: 'released', session: session - 1, operation, step, statement });
    return reply === undefined ? this : this.completed(session, step + 1, reply);
  }

  /** The step, counted from 1, waits for these sessions. */
  blocked(session: number, step: number, ...by: readonly number[]): this {
    return this.#add({
      kind: 'blocked',
      session: session - 1,
      step: step - 1,
      by: by.map((other) => other - 1),
    });
  }

  unblocked(session: number, step: number, reply: Reply): this {
    this.#add({ kind: 'unblocked', session: session - 1, step: step - 1 });
    return this.completed(session, step, reply);
  }

  completed(session: number, step: number, reply: Reply): this {
    return this.#add({
      kind: 'completed',
      session: session - 1,
      step: step - 1,
      reply,
      openAfter: undefined,
    });
  }

  outside(session: number): this {
    return this.#add({ kind: 'outside', session: session - 1, operation: this.#operations[session] ?? 0 });
  }

  returned(session: number, answer: Answer = returned()): this {
    const operation = this.#operations[session] ?? 0;
    return this.#add({ kind: 'returned', session: session - 1, operation, answer });
  }

  #add(event: HistoryEvent): this {
    this.history.push(event);
    return this;
  }
}

const select = `select balance from accounts where name = 'alice'`;
const update = `update accounts set balance = $1 where name = 'alice'`;

/** The lost update: both read 10, the second write waits for the first one's commit. */
export const lostUpdate: Counterexample = {
  setting,
  promise: 'no deposit is lost',
  scenario: {
    rows: { accounts: [{ name: 'alice', balance: 10 }] },
    sessions: [[call('deposit', 5)], [call('deposit', 7)]],
  },
  schedule: [
    { step: 1, session: 1 },
    { step: 2, session: 0 },
  ],
  history: new HistoryBuilder()
    .begin(1)
    .free(1, 'begin')
    .step(1, select, [], rows(['balance'], [10]))
    .begin(2)
    .free(2, 'begin')
    .step(2, select, [], rows(['balance'], [10]))
    .step(1, update, [15], done('UPDATE', 1))
    .step(2, update, [17])
    .blocked(2, 4, 1)
    .step(1, 'commit', [], done('COMMIT'))
    .returned(1)
    .unblocked(2, 4, done('UPDATE', 1))
    .step(2, 'commit', [], done('COMMIT'))
    .returned(2).history,
  answers: [[returned()], [returned()]],
  violation: {
    kind: 'not-serializable',
    observed: { answers: [[returned()], [returned()]], state: accounts(['alice', '17']) },
    serial: [serial([ref(0), ref(1)], [[returned()], [returned()]], accounts(['alice', '22']), 2)],
    complete: true,
    nearest: serial([ref(0), ref(1)], [[returned()], [returned()]], accounts(['alice', '22']), 2),
    differences: [{ where: { table: 'accounts' } }],
    aborted: [],
  },
  minimality: {
    preemptions: 1,
    fewerPreemptionsPass: true,
    fewerRun: 2,
    shrunk: true,
    smallerScenariosTried: 3,
    smallerScenariosExhausted: 3,
    certified: false,
  },
  replay: 'v1:eyJyIjp7fX0',
};

export const coverage: Coverage = {
  scenarios: 3,
  exhaustive: 3,
  schedules: 14,
  learned: 6,
  aborted: 0,
  refused: 0,
  operations: 28,
};

export const holds: HeldResult = {
  verdict: 'holds',
  setting: { ...setting, model: 'bank-account/locked-read' },
  coverage,
  seed: 42,
  path: undefined,
  witness: {
    scenario: lostUpdate.scenario,
    schedule: [{ step: 2, session: 1 }],
    witness: { order: [ref(1), ref(0)], without: [] },
  },
  remarks: [],
  durationMs: 1234,
};
