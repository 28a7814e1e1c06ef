/**
 * A lane is one database with the schema in it, and the clients that run executions there, one at a time. Between
 * executions its clients and tables are restored to their initial state instead of being made again.
 */
import { Fault } from '../core/fault.ts';
import { textsOf } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { Call, Model } from '../core/model.ts';
import type { Remnant } from '../core/remnant.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Database, Driver } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { sayGoodbye } from '../driver/goodbye.ts';
import { execute } from './execution.ts';
import { lateUse } from './late-use.ts';
import { preparePrograms } from './prepare-programs.ts';
import { Seats } from './seats.ts';
import { openFoundation, type Foundation } from './foundation.ts';
import { foreignConnectionFault } from './foreign-connection.ts';
import { Handshakes } from './handshakes.ts';
import { keepAlive, LaneClients } from './lane-clients.ts';
import { LaneStates } from './lane-states.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { ClientStock } from './client-stock.ts';
import type { ExecutionSetup } from './execution-setup.ts';
import { preparesIn, rollBackPrepared } from './prepared.ts';
import type { ExecutionRecord } from './record.ts';
import { RemnantCheck } from './remnant-check.ts';
import { leavesPlaceholders } from './reset-client.ts';
import type { RanExecution } from './schema-guard.ts';
import type { Tables } from './tables.ts';
import type { IdRange } from './transaction-ids.ts';
import type { Lookers } from './ticks.ts';
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
  readonly states: LaneStates;
  readonly #remnants: RemnantCheck;
  /** Set when a client was used after its execution, or a connection to another server: nothing can be judged then. */
  #late: Fault | undefined;
  readonly waits: WaitMemory = new WaitMemory();
  readonly lookers: Lookers = new Set();
  readonly handshakes: Handshakes;
  readonly seats: Seats | undefined;
  /** Executions run so far, serial ones for the oracle included. */
  executions = 0;

  private constructor(foundation: Foundation, isolation: IsolationLevel, model: Model) {
    this.handshakes = new Handshakes(model, foundation.tables.catalog.tables);
    this.#foundation = foundation;
    this.database = foundation.database;
    this.#remnants = new RemnantCheck(this.database);
    this.isolation = isolation;
    this.tables = foundation.tables;
    this.base = foundation.base;
    this.#clients = new LaneClients(this.database, { kind: 'session', isolation, observed: this.observed });
    this.states = new LaneStates(
      foundation,
      () => this.#clients.reset,
      ({ from, setup }) => this.run(from, setup),
    );
    const passing = {
      parameters: () => this.parameters,
      newClient: () => this.#clients.newClient(),
      cancel: (pids: readonly number[]) => this.database.cancel(pids),
      late: (text: string) => this.reportLateUse([], text),
    };
    this.seats = model.clients && new Seats({ clients: model.clients, passing, handshakes: this.handshakes });
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
    return new Lane(await openFoundation({ ...site, isolation, observed, limits }), isolation, site.model);
  }

  get app(): unknown {
    return this.#foundation.application.app;
  }

  get observed(): boolean {
    return this.#foundation.evaluator !== undefined;
  }

  get commitsMayWait(): boolean {
    return this.states.tables.catalog.deferrable;
  }

  /**
   * Runs one execution from the given state, and leaves the lane ready for the next.
   *
   * @param again whether the next execution probably starts from the same state, which is then restored at once
   */
  async run(from: DatabaseState, setup: ExecutionSetup, again = false): Promise<LaneExecution> {
    if (this.seats !== undefined) {
      // What a program sends while it starts needs to know the server's settings.
      await this.#clients.reset;
      await this.#clients.prepare(setup.sessions.length);
      await preparePrograms(this.seats, this.handshakes, setup, (alone) => this.run(from, alone));
    }
    await this.states.load(from);
    const before = this.#foundation.application.beforeEach(this.states.tables, from);
    if (before !== undefined) await before;
    this.states.tables.forget();
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
    this.states.tables.watchForLargeObjects(textsOf(record.history));
    const late = this.#late ?? this.#foundation.application.goesOn;
    if (late !== undefined) await cleanUp(late);
    const { history } = record;
    const isFirst = setup.checkRemnants === true && !this.#remnants.knows(history);
    const ran = {
      history,
      sessions: setup.sessions,
      signs: this.states.guard.signsOf(from, history, isFirst),
    };
    const remnants =
      setup.checkRemnants === true ? await this.#remnants.run(history, used).catch(cleanUp) : [];
    const reading = this.#afterwards(ran, again ? from : undefined);
    // It is awaited below: an earlier rejection must not count as unhandled.
    reading.catch(() => {});
    // What is asked meanwhile is asked about the schema of the model.
    if (ran.signs !== 'none' && setup.meanwhile !== undefined)
      await reading.then(() => this.states.restoreSchema());
    try {
      await setup.meanwhile?.(record);
    } catch (error) {
      await reading.catch(() => {});
      throw error;
    }
    const final = await reading;
    this.states.led(final, from, setup);
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

  reportForeignConnection(operation: string, address: string): void {
    this.#late ??= foreignConnectionFault(operation, address);
  }

  reportLateUse(calls: readonly Call[], text: string): void {
    this.#late ??= lateUse(calls, text);
  }

  /**
   * Restores connections and tables, and reads what the tables held.
   *
   * @param ran undefined if the execution failed, which may have left anything
   * @throws Fault `schema-changed`
   */
  async #afterwards(ran: RanExecution | undefined, restore?: DatabaseState): Promise<DatabaseState> {
    const { admin } = this.#foundation;
    const clients = this.#clients;
    const { history, signs } = ran ?? { history: [], signs: 'shown' };
    const prepared = ran === undefined || preparesIn(history);
    const leftOpen = clients.used.some((client) => client.inTransaction && !client.broken) || prepared;
    if (leavesPlaceholders(history)) clients.dismiss();
    else clients.putBack(admin.limitMs);
    // On one shared backend the dump would run inside an open transaction; elsewhere it would wait for its locks.
    if (!this.database.capabilities.concurrentTransactions || leftOpen || signs !== 'none')
      await clients.reset;
    if (prepared) await rollBackPrepared(admin);
    return this.states.dump(ran, restore);
  }

  /**
   * Stops the model's application, ends all clients and drops the database.
   *
   * @throws Fault `callback-fails` or `callback-endless` of `teardown`, when the rest is done
   */
  async close(): Promise<void> {
    this.keepAlive(true);
    try {
      await this.seats?.close();
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
    this.seats?.keepAlive(on);
  }
}
