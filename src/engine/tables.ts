/**
 * Puts the database into a state and reads the state it is in, in one round trip each. Only tables that differ
 * from the wanted state are written. Emptying with DELETE is several times quicker than TRUNCATE, but leaves
 * dead rows behind; Postgres prunes them once a page is nearly full and then reuses their places, after which
 * rows no longer stand in the order of their insertion. So a worn table is truncated before that can happen.
 */
import pg from 'pg';
import type { Rows } from '../core/model.ts';
import { largeObjects, type DatabaseState, type TableRows } from '../core/state.ts';
import type { Capabilities } from '../driver/contract.ts';
import { replyIsNear } from './polling.ts';
import { userObjects, type Catalog } from './catalog.ts';
import { mayMakeLargeObjects, putLargeObjectsBack, readLargeObjects } from './large-objects.ts';
import { loadingStatements, type Rewrite } from './loading.ts';
import { PageWear } from './page-wear.ts';
import { withReferences } from './reference-order.ts';
import { rethrowSchemaChange } from './schema-changed.ts';
import { silence, type Silence } from './silence.ts';
import { insertStartingRows } from './starting-rows.ts';
import { differenceOf, withRestored, type Difference } from './state-difference.ts';
import { Views } from './views.ts';

/** Settings under which values are printed the same everywhere; a shared backend may have others. */
const canonicalSettings = [
  "set local datestyle = 'ISO'",
  "set local timezone = 'UTC'",
  'set local extra_float_digits = 1',
  "set local bytea_output = 'hex'",
  "set local intervalstyle = 'postgres'",
  'set local search_path = public, pg_catalog',
];

const nothing: Rewrite = { tables: [], sequences: [], truncate: false };

type Result = pg.QueryArrayResult<(string | null)[]>;

const raw = { getTypeParser: () => (value: string) => value };

export class Tables {
  readonly catalog: Catalog;
  readonly #admin: pg.Client;
  readonly #capabilities: Capabilities;
  readonly #role: 'origin' | 'replica';
  /** Row-level security that would hide rows from us. */
  readonly #hidden: Silence;
  /** What the database is known to hold; undefined when code ran since it was last read. */
  #known: DatabaseState | undefined;
  /** The difference that the last restoring dump found; most likely it comes again. */
  #lastDifference: Difference = nothing;
  #views: Views | undefined;
  #largeObjects = false;
  readonly #wear: PageWear;

  constructor(admin: pg.Client, capabilities: Capabilities, catalog: Catalog) {
    this.#admin = admin;
    this.#capabilities = capabilities;
    this.#role = capabilities.replicaRole ? 'replica' : 'origin';
    this.catalog = catalog;
    this.#wear = new PageWear(catalog.tables);
    const forced = catalog.tables.map(({ sql, reactions }) => ({
      sql,
      reactions: reactions.filter(({ kind }) => kind === 'security'),
    }));
    this.#hidden = silence(forced, this.#role);
  }

  /** Reads what the schema left, after its materialised views were refreshed. */
  async begin(schema: string): Promise<DatabaseState> {
    await this.prepare();
    this.watchForLargeObjects([schema]);
    await this.#views?.refresh();
    return this.dump();
  }

  /** @param like tables of another schema of the same database, which know whether it has large objects */
  async prepare(like?: Tables): Promise<void> {
    this.#views = await Views.read(this.#admin, userObjects);
    this.#largeObjects ||= like !== undefined && like.#largeObjects;
  }

  /** Looks for large objects from now on, if one of these SQL texts may have made some. */
  watchForLargeObjects(texts: readonly string[]): void {
    this.#largeObjects ||= texts.some(mayMakeLargeObjects);
  }

  get #onlyTables(): boolean {
    return !this.#largeObjects && (this.#views?.none ?? true);
  }

  /**
   * Reads the state. Open transactions of others do not show.
   *
   * @param restore the state that is wanted next: what differed from it last time is put back in the same round trip
   * @param rowsWritten row versions that were written since the last dump
   */
  async dump(restore?: DatabaseState, rowsWritten = 0): Promise<DatabaseState> {
    if (this.#onlyTables) return this.#dumpTables(restore, rowsWritten);
    let state = await this.#dumpTables(undefined, rowsWritten);
    if (this.#largeObjects) {
      const objects = { [largeObjects]: await readLargeObjects(this.#admin) };
      state = { ...state, tables: { ...state.tables, ...objects } };
    }
    if (this.#views !== undefined) state = await this.#views.addTo(state);
    return (this.#known = state);
  }

  /**
   * @param restore the state that is wanted next: what differed from it last time is put back in the same round trip
   * @param rowsWritten row versions that were written since the last dump
   */
  async #dumpTables(restore: DatabaseState | undefined, rowsWritten: number): Promise<DatabaseState> {
    const { tables, sequences } = this.catalog;
    if (tables.length === 0 && sequences.length === 0) return (this.#known = { tables: {}, sequences: {} });
    const selects = tables.map((table) => {
      const columns = table.columns.map((column) => pg.escapeIdentifier(column.name)).join(', ');
      return `select ${columns} from only ${table.sql}`;
    });
    const positions = sequences.map((sequence) => `select last_value, is_called from ${sequence.sql}`);
    if (restore !== undefined) this.#wear.measure(restore);
    const rewrite =
      restore === undefined ? nothing : this.#rewrite(this.#lastDifference, restore, rowsWritten);
    const writes = restore === undefined ? [] : this.#loading(rewrite, restore);
    const results = await this.#script([...selects, ...positions], writes);
    const state: DatabaseState = {
      tables: Object.fromEntries(
        tables.map((table, index) => [
          table.name,
          { columns: table.columns.map((column) => column.name), rows: results[index] ?? [] },
        ]),
      ),
      sequences: Object.fromEntries(
        sequences.map((sequence, index) => [
          sequence.name,
          (results[tables.length + index]?.[0] ?? []).join(),
        ]),
      ),
    };
    this.#wear.executed(state, rowsWritten);
    this.#known = restore === undefined ? state : withRestored(state, restore, rewrite);
    if (restore !== undefined) this.#lastDifference = differenceOf(this.catalog, state, restore);
    return state;
  }

  /**
   * Code ran: what the database holds is no longer known.
   *
   * @param worn whether rows may have been written that were not counted. Default false
   */
  forget({ worn = false }: { readonly worn?: boolean } = {}): void {
    this.#known = undefined;
    if (worn) this.#wear.wearOut();
  }

  /**
   * Makes the database hold exactly this state.
   *
   * @throws Fault `view-not-restored`
   */
  async load(state: DatabaseState): Promise<void> {
    if (!this.#onlyTables) {
      const known = this.#known ?? (await this.dump());
      await this.#views?.putBack(known, state, (source) => this.#loadTables(source));
      if (this.#largeObjects) await putLargeObjectsBack(this.#admin, state);
    }
    await this.#loadTables(state);
  }

  async #loadTables(state: DatabaseState): Promise<void> {
    const known = this.#known ?? (await this.#dumpTables(undefined, 0));
    const difference = differenceOf(this.catalog, known, state);
    const writes = this.#loading(this.#rewrite(difference, state), state);
    if (writes.length > 0) await this.#script([], writes);
    this.#known = state;
  }

  /**
   * The parts to write for a difference. TRUNCATE must include every referencing table, and so must DELETE if foreign
   * keys cannot be switched off.
   */
  #rewrite(difference: Difference, state: DatabaseState, rowsWritten = 0): Rewrite {
    const truncate = difference.tables.some((table) => this.#wear.isWorn(table, state, rowsWritten));
    const along = truncate || this.#role === 'origin';
    return {
      ...difference,
      tables: along ? withReferences(this.catalog.tables, difference.tables, truncate) : difference.tables,
      truncate,
    };
  }

  #loading(rewrite: Rewrite, state: DatabaseState): string[] {
    for (const table of rewrite.tables) this.#wear.filled(table, state, rewrite.truncate);
    return loadingStatements(rewrite, state, this.#role);
  }

  /**
   * The state that the starting rows make, on top of what the schema inserted.
   *
   * @throws Fault `bad-rows` when Postgres refuses them
   */
  async seed(base: DatabaseState, rows: Rows): Promise<DatabaseState> {
    await this.load(base);
    this.forget();
    await insertStartingRows(this.#admin, this.#capabilities, this.catalog, rows);
    await this.#views?.refresh();
    const seeded = await this.dump();
    const sequences = this.catalog.sequences.map((sequence) => [sequence.name, sequence.position] as const);
    return { tables: seeded.tables, sequences: Object.fromEntries(sequences) };
  }

  /** The same starting state with sequences that start elsewhere. */
  moved(start: DatabaseState): DatabaseState {
    const sequences = this.catalog.sequences.map(({ name, moved }) => [name, moved] as const);
    return { tables: start.tables, sequences: Object.fromEntries(sequences) };
  }

  /** Reads, then writes, in one round trip; rows by reading statement, values as text. */
  async #script(reads: readonly string[], writes: readonly string[]): Promise<TableRows['rows'][]> {
    // One message is one transaction by itself. Sessions of a shared backend may have changed its settings, and it
    // cannot have switched triggers off on connecting; elsewhere the connection was opened with all that.
    const shared = !this.#capabilities.concurrentTransactions;
    const before = shared ? ['begin', ...canonicalSettings] : [];
    const between = shared && writes.length > 0 ? ['set local session_replication_role = replica'] : [];
    const after = shared ? ['commit'] : [];
    const hidden = this.#hidden;
    const reading = reads.length === 0 ? [] : [...hidden.before, ...reads, ...hidden.after];
    replyIsNear();
    const text = [...before, ...reading, ...between, ...writes, ...after].join(';\n');
    const asked = this.#admin.query({ text, rowMode: 'array', types: raw as never });
    const results = (await asked.catch(rethrowSchemaChange)) as unknown as Result | Result[];
    const all = Array.isArray(results) ? results : [results];
    const first = before.length + hidden.before.length;
    return all.slice(first, first + reads.length).map((result) => result.rows);
  }
}
