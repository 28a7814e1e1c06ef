/** A lane with a model on it, for tests that look at single executions. */
import type { Call, Model, Operation, Rows } from '../../src/core/model.ts';
import { defaultChoice, type ChoicePoint } from '../../src/core/schedule.ts';
import type { HistoryEvent } from '../../src/core/history.ts';
import type { IsolationLevel } from '../../src/core/isolation.ts';
import type { Driver } from '../../src/driver/contract.ts';
import { currentHost, currentSession } from '../../src/engine/outside.ts';
import { installHook } from '../../src/source/hook/install.ts';
import { Lane, type LaneExecution } from '../../src/engine/lane.ts';
import { defaultLimits, type Limits } from '../../src/engine/limits.ts';
import { ByPreemptions } from '../../src/strategy/by-preemptions.ts';

export type Choose = (point: ChoicePoint) => number;
type Code = Operation['run'];

/** Runs its arguments as statements, one after another, and returns the rows of the last. */
const sqlOperation: Code = async ({ client }, ...texts: string[]) => {
  let rows: unknown[] = [];
  for (const text of texts) rows = (await client.query(text)).rows as unknown[];
  return rows;
};

/** A call of the operation that runs these statements. */
export function sql(...texts: readonly string[]): Call {
  return { operation: 'sql', args: texts };
}

/** A call of the operation of that name. */
export function call(operation: string, ...args: readonly unknown[]): Call {
  return { operation, args };
}

/** Sessions in this order, then the rule. The engine throws where one of them cannot go. */
export function inOrder(...sessions: readonly number[]): Choose {
  return (point) => sessions[point.step] ?? defaultChoice(point);
}

/** Limits that no test waits for: hitting one means that nothing was observed. */
export const farLimits: Limits = { ...defaultLimits, stepTimeoutMs: 60_000, outsideTimeoutMs: 60_000 };

export interface BenchOptions {
  readonly schema?: string;
  readonly rows?: Rows;
  readonly isolation?: IsolationLevel;
  readonly operations?: Readonly<Record<string, Code>>;
  readonly model?: Partial<Model>;
}

export class Bench {
  readonly lane: Lane;
  readonly model: Model;
  readonly rows: Rows;

  private constructor(lane: Lane, model: Model, rows: Rows) {
    this.lane = lane;
    this.model = model;
    this.rows = rows;
  }

  static async open(driver: Driver, options: BenchOptions): Promise<Bench> {
    const { schema = '', rows = {}, isolation = 'read committed', operations = {} } = options;
    const model: Model = {
      name: 'bench',
      schema,
      operations: {
        sql: { run: sqlOperation },
        ...Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, { run }])),
      },
      ...options.model,
    };
    // As a lab does it.
    installHook(currentHost, currentSession);
    return new Bench(await Lane.open({ driver, model, isolation }), model, rows);
  }

  /** One execution from the starting rows. */
  async run(
    sessions: readonly (readonly Call[])[],
    choose: Choose = defaultChoice,
    limits: Partial<Limits> = {},
  ): Promise<LaneExecution> {
    const start = await this.lane.states.seed(this.rows);
    return this.lane.run(start, { model: this.model, sessions, choose, limits: { ...farLimits, ...limits } });
  }

  /** Every schedule of a scenario. */
  async runAll(sessions: readonly (readonly Call[])[]): Promise<readonly LaneExecution[]> {
    const strategy = new ByPreemptions();
    const executions: LaneExecution[] = [];
    while (strategy.begin()) executions.push(await this.run(sessions, (point) => strategy.choose(point)));
    return executions;
  }

  /** What one call returns when it runs alone. */
  async alone(only: Call): Promise<unknown> {
    const { answers, end } = await this.run([[only]]);
    const answer = answers[0]?.[0];
    if (answer?.kind === 'returned') return answer.value;
    throw new Error(`${only.operation} did not return: ${JSON.stringify(answer ?? end)}`);
  }

  async close(): Promise<void> {
    await this.lane.close();
  }
}

/** The order in which statements were released, as session numbers from 1: `1122`. */
export function releases({ history }: LaneExecution): string {
  return history.flatMap((event) => (event.kind === 'released' ? event.session + 1 : [])).join('');
}

/** One line per event, for reading and comparing: `s1 blocked by s2`. */
export function lines(history: readonly HistoryEvent[]): readonly string[] {
  return history.map((event) => {
    const who = `s${event.session + 1}`;
    switch (event.kind) {
      case 'free':
      case 'released':
        return `${who} ${event.kind} ${event.statement.text}`;
      case 'blocked':
        return `${who} blocked by ${event.by.map((session) => `s${session + 1}`).join()}`;
      case 'completed':
        return `${who} completed ${event.reply.kind === 'rows' ? event.reply.command : event.reply.sqlstate}`;
      case 'returned':
        return `${who} ${event.answer.kind}`;
      case 'began':
      case 'unblocked':
      case 'outside':
        return `${who} ${event.kind}`;
    }
  });
}
