/**
 * A lane is one database with the schema in it, and the clients that run executions there, one at a time. Between
 * executions its clients and tables are restored to their initial state instead of being made again.
 */
import { Fault } from '../core/fault.ts';
import { textsOf } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { Call, Model, Rows } from '../core/model.ts';
import type { Remnant } from '../core/remnant.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Database, Driver } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { sayGoodbye } from '../driver/goodbye.ts';
import { readRows } from '../footprint/row-triggers.ts';
import { Universe } from '../footprint/universe.ts';
import { execute } from './execution.ts';
import { openFoundation, type Foundation } from './foundation.ts';
import { Handshakes } from './handshakes.ts';
import { currentHost } from './outside.ts';
import { installHook } from '../source/hook/install.ts';
import { keepAlive, LaneClients } from './lane-clients.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { ClientStock } from './client-stock.ts';
import type { ExecutionSetup } from './execution-setup.ts';
import { preparesIn, rollBackPrepared } from './prepared.ts';
import type { ExecutionRecord } from './record.ts';
import { leavesPlaceholders } from './reset-client.ts';
import type { Tables } from './tables.ts';
import type { IdRange } from './transaction-ids.ts';
import { WaitMemory } from './wait-memory.ts';

export interface LaneOptions {
  readonly driver: Driver;
  readonly model: Model;
  readonly isolation: IsolationLevel;
  /** Whether the server reports what each statement touches, on engines that can. Default false. */
  readonly observed?: boolean;
  /** Default: `defaultLimits`. */
  readonly limits?: Limits;
}

/** An execution together with the state that it left. */
export interface LaneExecution extends ExecutionRecord {
  readonly final: DatabaseState;
  /** When it ran, in milliseconds since 1970. */
  readonly span: { readonly from: number; readonly to: number; readonly transactions?: IdRange | undefined };
  /** Filled in if `checkRemnants` was asked for. */
  readonly remnants: readonly Remnant[];
}

export class Lane implements ClientStock {
  readonly database: Database;
  readonly isolation: IsolationLevel;
  readonly tables: Tables;
  /** The state that the schema and the model's `setup` make. */
  readonly base: DatabaseState;
  readonly #foundation: Foundation;
  readonly #clients: LaneClients;
  /** Rows of starting states, as Postgres prints them. */
  readonly #rows = new WeakMap<DatabaseState, Awaited<ReturnType<typeof readRows>>>();
  /** Set when a client was used after its execution. */
  #late: Fault | undefined;
  readonly waits: WaitMemory = new WaitMemory();
  readonly handshakes: Handshakes;
  /** Executions run so far, serial ones for the oracle included. */
  executions = 0;

  private constructor(foundation: Foundation, isolation: IsolationLevel, model: Model) {
    this.handshakes = new Handshakes(model);
    this.#foundation = foundation;
    this.database = foundation.database;
    this.isolation = isolation;
    this.tables = foundation.tables;
    this.base = foundation.base;
    this.#clients = new LaneClients(this.database, { kind: 'session', isolation, observed: this.observed });
  }

  /**
   * Makes a database and the model's schema in it, and starts the model's application.
   *
   * @throws Fault `bad-schema` when Postgres refuses the schema; `callback-fails` or `callback-endless` of `setup`
   */
  static async open({
    isolation,
    observed = false,
    limits = defaultLimits,
    ...site
  }: LaneOptions): Promise<Lane> {
    installHook(currentHost);
    return new Lane(await openFoundation({ ...site, isolation, observed, limits }), isolation, site.model);
  }

  get app(): unknown {
    return this.#foundation.application.app;
  }

  get observed(): boolean {
    return this.#foundation.evaluator !== undefined;
  }

  /** The rows of a state, to which executions add those that they write; undefined if nothing is observed. */
  async universe(start: DatabaseState): Promise<Universe | undefined> {
    const { evaluator } = this.#foundation;
    if (evaluator === undefined) return undefined;
    const universe = new Universe(evaluator);
    for (const [table, row] of await this.#rowsOf(start)) universe.row(table, row);
    return universe;
  }

  async #rowsOf(state: DatabaseState): ReturnType<typeof readRows> {
    let rows = this.#rows.get(state);
    if (rows === undefined) {
      await this.tables.load(state);
      rows = await readRows(this.#foundation.admin, this.tables.catalog.tables);
      this.#rows.set(state, rows);
    }
    return rows;
  }

  get commitsMayWait(): boolean {
    return this.tables.catalog.deferrable;
  }

  /** The state in which an execution with these starting rows begins. */
  seed(rows: Rows): Promise<DatabaseState> {
    return this.tables.seed(this.base, rows);
  }

  /**
   * Runs one execution from the given state, and leaves the lane ready for the next.
   *
   * @param again whether the next execution probably starts from the same state, which is then restored at once
   */
  async run(from: DatabaseState, setup: ExecutionSetup, again = false): Promise<LaneExecution> {
    await this.tables.load(from);
    await this.#foundation.application.beforeEach(this.tables, from);
    this.tables.forget();
    await this.#clients.reset;
    await this.#clients.prepare(setup.sessions.length);
    this.executions += 1;
    // The first error says what went wrong: an error while cleaning up most likely follows from it.
    const cleanUp = async (error: unknown): Promise<never> => {
      await this.#afterwards(undefined).catch(() => {});
      throw error;
    };
    const began = Date.now();
    const record = await execute(this, setup).catch(cleanUp);
    const span = { from: began, to: Date.now() };
    const { used } = this.#clients;
    // A server that is full says nothing about the code under test.
    const refused = used.find((client) => client.refusal !== undefined);
    if (refused !== undefined) await cleanUp(this.database.connectFault(refused.refusal));
    this.tables.watchForLargeObjects(textsOf(record.history));
    if (this.#late !== undefined) await cleanUp(this.#late);
    const remnants = await this.#foundation.remnantCheck.run(record, setup, used).catch(cleanUp);
    const reading = this.#afterwards(record, again ? from : undefined);
    // It is awaited below: an earlier rejection must not count as unhandled.
    reading.catch(() => {});
    try {
      await setup.meanwhile?.(record);
    } catch (error) {
      await reading.catch(() => {});
      throw error;
    }
    const final = await reading;
    const transactions = await this.#foundation.transactions.shownTo(record.history);
    return { ...record, remnants, final, span: { ...span, transactions } };
  }

  get parameters(): ReadonlyMap<string, string> {
    return this.#clients.parameters;
  }

  take(): GatedClient {
    return this.#clients.take();
  }

  giveBack(client: GatedClient): void {
    client.recycle();
  }

  reportLateUse(calls: readonly Call[], text: string): void {
    const names = [...new Set(calls.map(({ operation }) => operation))].join(' or ');
    this.#late ??= new Fault(`operation ${names} uses a client after its execution is over`, {
      code: 'client-kept',
      kind: 'usage',
      detail: `it was to send: ${text}`,
      hint: 'end timers with the operation that started them, and take session.client or session.pool again in each operation',
    });
  }

  /**
   * Restores connections and tables, and reads what the tables held.
   *
   * @param record undefined if the execution failed, which may have left anything
   */
  async #afterwards(record: ExecutionRecord | undefined, restore?: DatabaseState): Promise<DatabaseState> {
    const { admin } = this.#foundation;
    const clients = this.#clients;
    const prepared = record === undefined || preparesIn(record.history);
    const leftOpen = clients.used.some((client) => client.inTransaction && !client.broken) || prepared;
    if (leavesPlaceholders(record?.history ?? [])) clients.dismiss();
    else clients.putBack(admin.limitMs);
    // On one shared backend the dump would run inside an open transaction; elsewhere it would wait for its locks.
    if (!this.database.capabilities.concurrentTransactions || leftOpen) await clients.reset;
    if (prepared) await rollBackPrepared(admin);
    return this.tables.dump(restore, record === undefined ? 0 : rowsWritten(record));
  }

  /**
   * Stops the model's application, ends all clients and drops the database.
   *
   * @throws Fault `callback-fails` or `callback-endless` of `teardown`, when the rest is done
   */
  async close(): Promise<void> {
    this.keepAlive(true);
    try {
      await this.#foundation.application.stop();
    } finally {
      await Promise.all([this.#clients.close(), sayGoodbye(this.#foundation.admin)]);
      await this.database.drop();
    }
  }

  /** Lets the process end, or keeps it alive, while the lane's connections are open. */
  keepAlive(on: boolean): void {
    this.database.keepAlive(on);
    keepAlive(this.#foundation.admin, on);
    this.#clients.keepAlive(on);
  }
}

/** Row versions written, by the counts in the replies. */
function rowsWritten({ history }: ExecutionRecord): number {
  return history.reduce(
    (rows, event) =>
      event.kind === 'completed' && event.reply.kind === 'rows' && event.reply.command !== 'SELECT'
        ? rows + (event.reply.rowCount ?? 0)
        : rows,
    0,
  );
}
