/** The states of a lane's database: putting it into one, and reading which one an execution left. */
import type { History } from '../core/history.ts';
import type { Rows } from '../core/model.ts';
import type { DatabaseState } from '../core/state.ts';
import { readRows } from '../footprint/row-triggers.ts';
import { Universe } from '../footprint/universe.ts';
import type { ExecutionSetup } from './execution-setup.ts';
import type { Foundation } from './foundation.ts';
import { rowsWritten } from './record.ts';
import { SchemaGuard, type RanExecution } from './schema-guard.ts';
import { notRepeatedFault, SchemaRecipes, type Recipe } from './schema-recipes.ts';
import type { Schemas } from './schemas.ts';
import type { Tables } from './tables.ts';

export class LaneStates {
  readonly guard: SchemaGuard;
  readonly #foundation: Foundation;
  readonly #schemas: Schemas;
  readonly #recipes = new SchemaRecipes();
  /** Rows of starting states, as Postgres prints them. */
  readonly #rows = new WeakMap<DatabaseState, Awaited<ReturnType<typeof readRows>>>();
  /** Fulfilled when no connection is being reset: it might hold locks. */
  readonly #quiet: () => Promise<void>;
  /** Runs the operation that leads to a schema. */
  readonly #follow: (recipe: Recipe) => Promise<unknown>;

  constructor(
    foundation: Foundation,
    quiet: () => Promise<void>,
    follow: (recipe: Recipe) => Promise<unknown>,
  ) {
    this.#foundation = foundation;
    this.#schemas = foundation.schemas;
    this.guard = new SchemaGuard(foundation.schemas);
    this.#quiet = quiet;
    this.#follow = follow;
  }

  /** Tables of the schema that is there now. */
  get tables(): Tables {
    return this.#schemas.tables;
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
      await this.load(state);
      const { admin, tables } = this.#foundation;
      rows = await readRows(admin, tables.catalog.tables);
      this.#rows.set(state, rows);
    }
    return rows;
  }

  /** The state in which an execution with these starting rows begins. */
  async seed(rows: Rows): Promise<DatabaseState> {
    const { tables, base } = this.#foundation;
    await this.restoreSchema();
    return tables.seed(base, rows);
  }

  /** Makes the database hold exactly this state, its schema included. */
  load(state: DatabaseState): Promise<void> {
    return this.#schemas.has(state) ? this.tables.load(state) : this.#loadSchema(state);
  }

  async #loadSchema(state: DatabaseState): Promise<void> {
    const recipe = this.#recipes.recipeFor(state);
    if (recipe === 'model') await this.restoreSchema();
    else {
      await this.#follow(recipe);
      if (!this.#schemas.has(state)) throw notRepeatedFault(recipe);
    }
    await this.tables.load(state);
  }

  /** Puts the model's schema back. */
  async restoreSchema(): Promise<void> {
    await this.#quiet();
    await this.#schemas.restore();
  }

  /**
   * Reads what an execution left.
   *
   * @param ran undefined if the execution failed, which may have left anything
   * @param restore the state to put back at once, if the schema is the model's
   * @throws Fault `schema-changed`
   */
  dump(ran: RanExecution | undefined, restore?: DatabaseState): Promise<DatabaseState> {
    if (ran?.signs === 'none') return this.#read(ran, restore);
    return this.guard.look(ran).then(() => this.#read(ran, restore));
  }

  #read(ran: RanExecution | undefined, restore: DatabaseState | undefined): Promise<DatabaseState> {
    const rows = rowsWritten(ran?.history ?? ([] satisfies History));
    return this.#schemas.key === '' ? this.#foundation.tables.dump(restore, rows) : this.#schemas.dump(rows);
  }

  /** An execution led from one state to another. */
  led(final: DatabaseState, from: DatabaseState, setup: ExecutionSetup): void {
    this.#recipes.add(final, from, setup);
  }
}
