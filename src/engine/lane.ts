/**
 * A lane is one database with the schema in it, and the clients that run executions there, one at a time.
 * Clients and tables are put back to their initial state between executions instead of being made anew.
 */
import type pg from 'pg';
import { Fault } from '../core/fault.ts';
import { textsOf } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { Call, Model, Rows } from '../core/model.ts';
import type { DatabaseState } from '../core/state.ts';
import type { ConnectionRole, Database, Driver } from '../driver/contract.ts';
import { GatedClient } from '../driver/gated-client.ts';
import { sayGoodbye } from '../driver/goodbye.ts';
import { readCatalog, type Catalog } from './catalog.ts';
import { Evaluator } from '../footprint/evaluator.ts';
import { watchRows, readRows } from '../footprint/row-triggers.ts';
import { readSchemaFacts } from '../footprint/schema-facts.ts';
import { Universe } from '../footprint/universe.ts';
import { execute } from './execution.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { makeSchema } from './make-schema.ts';
import { SchemaGuard } from './schema-guard.ts';
import type { Kept } from './kept.ts';
import { Leavings } from './leavings.ts';
import type { ClientStock, Plan } from './plan.ts';
import type { ExecutionRecord } from './record.ts';
import { preparesIn, rollBackPrepared } from './prepared.ts';
import { leavesPlaceholders, resetClients } from './reset-client.ts';
import { ServiceClient } from './service-client.ts';
import { Tables } from './tables.ts';
import { TransactionIds, type IdRange } from './transaction-ids.ts';
import { WaitMemory } from './wait-memory.ts';

/** An execution together with the state that it left. */
export interface LaneExecution extends ExecutionRecord {
  readonly final: DatabaseState;
  /** When it ran, in milliseconds since 1970. */
  readonly span: { readonly from: number; readonly to: number; readonly transactions?: IdRange | undefined };
  /** What its connections kept at its end; only if the plan asks for it. */
  readonly kept: readonly Kept[];
}

export class Lane implements ClientStock {
  readonly database: Database;
  readonly isolation: IsolationLevel;
  readonly tables: Tables;
  /** What the schema alone leaves in the database. */
  readonly base: DatabaseState;
  readonly #admin: ServiceClient;
  readonly #transactions: TransactionIds;
  /** Present where sessions are told what their statements touch. */
  readonly #evaluator: Evaluator | undefined;
  /** Rows of starting states, as Postgres prints them. */
  readonly #rows = new WeakMap<DatabaseState, Awaited<ReturnType<typeof readRows>>>();
  readonly #idle: GatedClient[] = [];
  readonly #used = new Set<GatedClient>();
  /** Clients of the last execution, whose state is being put back; the next one waits for them, judging does not. */
  #resetting: readonly GatedClient[] = [];
  #reset: Promise<void> = Promise.resolve();
  readonly #leavings: Leavings;
  /** A client was used when its execution was over. */
  #late: Fault | undefined;
  readonly waits: WaitMemory = new WaitMemory();
  /** Executions run so far, serial ones for the oracle included. */
  executions = 0;

  private constructor(
    database: Database,
    isolation: IsolationLevel,
    admin: ServiceClient,
    tables: Tables,
    base: DatabaseState,
    evaluator: Evaluator | undefined,
    schema: SchemaGuard,
    transactions: TransactionIds,
  ) {
    this.#leavings = new Leavings(schema, database.capabilities);
    this.database = database;
    this.isolation = isolation;
    this.#admin = admin;
    this.#transactions = transactions;
    this.tables = tables;
    this.base = base;
    this.#evaluator = evaluator;
  }

  /**
   * Makes a database and the model's schema in it.
   *
   * @param observed whether sessions are to be told what their statements touch, where the engine can tell
   * @throws Fault `bad-schema` when Postgres refuses the schema
   */
  static async open(
    driver: Driver,
    model: Model,
    isolation: IsolationLevel,
    observed = false,
    limits: Limits = defaultLimits,
  ): Promise<Lane> {
    const database = await driver.open();
    try {
      database.keepAlive(true);
      const firstTransaction = await makeSchema(database, model, limits);
      const admin = await ServiceClient.open(database, { kind: 'admin' }, limits);
      const catalog = await readCatalog(admin, model.generated);
      const tables = new Tables(admin, database.capabilities, catalog);
      const watching = observed && database.capabilities.tellsPlans;
      const evaluator = watching ? await watch(admin, catalog) : undefined;
      return new Lane(
        database,
        isolation,
        admin,
        tables,
        await tables.begin(model.schema),
        evaluator,
        await SchemaGuard.of(admin),
        new TransactionIds(admin, firstTransaction),
      );
    } catch (error) {
      await database.drop();
      throw error;
    }
  }

  get observed(): boolean {
    return this.#evaluator !== undefined;
  }

  /** The rows of a state, to which those will be added that executions write; undefined where nothing is observed. */
  async universe(start: DatabaseState): Promise<Universe | undefined> {
    if (this.#evaluator === undefined) return undefined;
    const universe = new Universe(this.#evaluator);
    for (const [table, row] of await this.#rowsOf(start)) universe.row(table, row);
    return universe;
  }

  async #rowsOf(state: DatabaseState): ReturnType<typeof readRows> {
    let rows = this.#rows.get(state);
    if (rows === undefined) {
      await this.tables.load(state);
      rows = await readRows(this.#admin, this.tables.catalog.tables);
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
   * @param again whether the next execution most likely starts from the same state; then it is put back at once
   */
  async run(from: DatabaseState, plan: Plan, again = false): Promise<LaneExecution> {
    await this.tables.load(from);
    this.tables.forget();
    await this.#reset;
    await this.#prepare(plan.sessions.length);
    this.executions += 1;
    const cleanUp = async (error: unknown): Promise<never> => {
      await this.#afterwards(undefined);
      throw error;
    };
    const began = Date.now();
    const record = await execute(this, plan).catch(cleanUp);
    const span = { from: began, to: Date.now() };
    // A server that is full says nothing about the code under test.
    const refused = [...this.#used].find((client) => client.refusal !== undefined);
    if (refused !== undefined) await cleanUp(this.database.connectFault(refused.refusal));
    this.tables.heed(textsOf(record.history));
    if (this.#late !== undefined) await cleanUp(this.#late);
    const kept = await this.#leavings.notice(record, plan, [...this.#used]).catch(cleanUp);
    const reading = this.#afterwards(record, again ? from : undefined);
    try {
      await plan.meanwhile?.(record);
    } finally {
      await reading;
    }
    const transactions = await this.#transactions.shownTo(record.history);
    return { ...record, kept, final: await reading, span: { ...span, transactions } };
  }

  take(): GatedClient {
    const client = this.#idle.pop() ?? this.#newClient();
    this.#used.add(client);
    return client;
  }

  #newClient(): GatedClient {
    const role: ConnectionRole = { kind: 'session', isolation: this.isolation, observed: this.observed };
    const client = new GatedClient(this.database.clientConfig(role), this.database.settings(role));
    return this.observed ? client.closePortals() : client;
  }

  giveBack(client: GatedClient): void {
    client.recycle();
  }

  late(calls: readonly Call[], text: string): void {
    const names = [...new Set(calls.map(({ operation }) => operation))].join(' or ');
    this.#late ??= new Fault(`operation ${names} uses a client after its execution is over`, {
      code: 'client-kept',
      kind: 'usage',
      detail: `it was to send: ${text}`,
      hint: 'end timers with the operation that started them, and take session.client or session.pool anew in each operation',
    });
  }

  /** Every session has a connected client from the start; those of pools connect when they are asked for. */
  async #prepare(clients: number): Promise<void> {
    while (this.#idle.length < clients) {
      const client = this.#newClient();
      await client.open().catch((error: unknown) => {
        throw error instanceof Fault ? error : this.database.connectFault(error);
      });
      this.#idle.push(client);
    }
  }

  /**
   * Puts connections and tables back, and reads what the tables held.
   *
   * @param record what was run; undefined for one that failed, which may have left anything
   */
  async #afterwards(record: ExecutionRecord | undefined, restore?: DatabaseState): Promise<DatabaseState> {
    const used = [...this.#used];
    this.#used.clear();
    const prepared = record === undefined || preparesIn(record.history);
    const leftOpen = used.some((client) => client.inTransaction && !client.broken) || prepared;
    this.#resetting = used;
    this.#reset = leavesPlaceholders(record?.history ?? []) ? this.#letGo(used) : this.#putBack(used);
    // An open transaction would swallow the dump on one shared backend, and elsewhere hold up what it restores.
    if (!this.database.capabilities.concurrentTransactions || leftOpen) await this.#reset;
    if (prepared) await rollBackPrepared(this.#admin);
    return this.tables.dump(restore, record === undefined ? 0 : rowsWritten(record));
  }

  /** Never fails: a client that cannot be put back is not used again. */
  async #putBack(used: readonly GatedClient[]): Promise<void> {
    await resetClients(used, this.#admin.limitMs);
    // Newest last: the next execution gives its sessions the same clients in the same order.
    this.#idle.push(...used.filter((client) => !client.broken).toReversed());
    this.#resetting = [];
  }

  async #letGo(used: readonly GatedClient[]): Promise<void> {
    await Promise.all(used.map(sayGoodbye));
    this.#resetting = [];
  }

  /** Ends all clients and drops the database. */
  async close(): Promise<void> {
    this.keepAlive(true);
    await this.#reset;
    const clients = [...this.#idle.splice(0), ...this.#used];
    await Promise.all([...clients, this.#admin].map(sayGoodbye));
    await this.database.drop();
  }

  /** Lets the process end, or keeps it alive, while the lane's connections are open. */
  keepAlive(on: boolean): void {
    this.database.keepAlive(on);
    for (const client of [this.#admin, ...this.#idle, ...this.#resetting] as unknown as {
      ref(): void;
      unref(): void;
    }[]) {
      if (on) client.ref();
      else client.unref();
    }
  }
}

async function watch(admin: pg.Client, catalog: Catalog): Promise<Evaluator> {
  await watchRows(admin, catalog.tables);
  return new Evaluator(
    admin,
    await readSchemaFacts(admin, new Set(catalog.tables.map((table) => table.name))),
  );
}

/** Row versions that the statements say they wrote. */
function rowsWritten({ history }: ExecutionRecord): number {
  return history.reduce(
    (rows, event) =>
      event.kind === 'completed' && event.reply.kind === 'rows' && event.reply.command !== 'SELECT'
        ? rows + (event.reply.rowCount ?? 0)
        : rows,
    0,
  );
}
