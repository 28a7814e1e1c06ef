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
import { userObjects, type Catalog, type Table } from './catalog.ts';
import { mayMakeLargeObjects, putLargeObjectsBack, readLargeObjects } from './large-objects.ts';
import { loadingStatements, type Rewrite } from './loading.ts';
import { withReferences } from './reference-order.ts';
import { rowBytes } from './row-bytes.ts';
import { asChanged } from './schema-changed.ts';
import { silence, type Silence } from './silence.ts';
import { Views } from './views.ts';
import { insertStartingRows } from './starting-rows.ts';

/** Settings under which values are printed the same everywhere; a shared backend may have others. */
const canonicalSettings = [
  "set local datestyle = 'ISO'",
  "set local timezone = 'UTC'",
  'set local extra_float_digits = 1',
  "set local bytea_output = 'hex'",
  "set local intervalstyle = 'postgres'",
  'set local search_path = public, pg_catalog',
];

/** Tables and sequences in which two states differ. */
type Difference = Omit<Rewrite, 'truncate'>;

const nothing: Rewrite = { tables: [], sequences: [], truncate: false };

type Result = pg.QueryArrayResult<(string | null)[]>;

/** Bytes of a page that may be used before a table is truncated: pruning starts at 7349, a tenth being free. */
const wornBytes = 7_000;
/** What an execution is taken to write at least, beyond what its final rows show. */
const unseenBytes = 200;

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
  /** What differed from the wanted state when a restoring dump last looked; most likely the same differs again. */
  #lastDifference: Difference = nothing;
  #views: Views | undefined;
  #largeObjects = false;
  readonly #wear = new Map<string, number>();
  /** Bytes of the largest row that was seen. */
  #largest = 0;
  readonly #measured = new WeakMap<TableRows['rows'], number>();
  /** The most that one execution wrote so far: room is left for as much again, whatever table it goes to. */
  #mostWritten = 0;

  constructor(admin: pg.Client, capabilities: Capabilities, catalog: Catalog) {
    this.#admin = admin;
    this.#capabilities = capabilities;
    this.#role = capabilities.replicaRole ? 'replica' : 'origin';
    this.catalog = catalog;
    const forced = catalog.tables.map(({ sql, reactions }) => ({
      sql,
      reactions: reactions.filter(({ kind }) => kind === 'security'),
    }));
    this.#hidden = silence(forced, this.#role);
  }

  /** Reads what the schema left, after its materialised views were refreshed. */
  async begin(schema: string): Promise<DatabaseState> {
    this.#views = await Views.read(this.#admin, userObjects);
    this.heed([schema]);
    await this.#views.refresh();
    return this.dump();
  }

  /** Looks for large objects from now on, if one of these SQL texts may have made some. */
  heed(texts: readonly string[]): void {
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
    if (restore !== undefined) this.#measure(restore);
    // What was written just now counts before it is known where.
    const justWritten = rowsWritten * this.#largest;
    const rewrite =
      restore === undefined ? nothing : this.#rewrite(this.#lastDifference, restore, justWritten);
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
    if (rowsWritten > 0) this.#measure(state);
    const written = Math.max(unseenBytes, rowsWritten * this.#largest);
    this.#mostWritten = Math.max(this.#mostWritten, written);
    for (const table of tables) this.#wearOut(table.name, this.#bytesOf(table, state) + written);
    this.#known = restore === undefined ? state : withRestored(state, restore, rewrite);
    if (restore !== undefined) this.#lastDifference = this.#difference(state, restore);
    return state;
  }

  /** Code ran: what the database holds is no longer known. */
  forget(): void {
    this.#known = undefined;
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
    const difference = this.#difference(this.#known ?? (await this.#dumpTables(undefined, 0)), state);
    const writes = this.#loading(this.#rewrite(difference, state), state);
    if (writes.length > 0) await this.#script([], writes);
    this.#known = state;
  }

  #difference(known: DatabaseState, wanted: DatabaseState): Difference {
    return {
      tables: this.catalog.tables.filter(
        (table) => !sameRows(known.tables[table.name]?.rows ?? [], wanted.tables[table.name]?.rows ?? []),
      ),
      sequences: this.catalog.sequences.filter(
        (sequence) => known.sequences[sequence.name] !== wanted.sequences[sequence.name],
      ),
    };
  }

  /**
   * What is written to make up for a difference. TRUNCATE wants every referencing table along, and where foreign keys
   * cannot be switched off, so does DELETE.
   */
  #rewrite(difference: Difference, state: DatabaseState, justWritten = 0): Rewrite {
    const truncate = difference.tables.some(
      (table) =>
        (this.#wear.get(table.name) ?? 0) + justWritten + this.#bytesOf(table, state) + this.#mostWritten >
        wornBytes,
    );
    const along = truncate || this.#role === 'origin';
    return {
      ...difference,
      tables: along ? withReferences(this.catalog.tables, difference.tables, truncate) : difference.tables,
      truncate,
    };
  }

  #loading(rewrite: Rewrite, state: DatabaseState): string[] {
    for (const table of rewrite.tables) {
      if (rewrite.truncate) this.#wear.set(table.name, 0);
      this.#wearOut(table.name, this.#bytesOf(table, state));
    }
    return loadingStatements(rewrite, state, this.#role);
  }

  #wearOut(name: string, bytes: number): void {
    this.#wear.set(name, (this.#wear.get(name) ?? 0) + bytes);
  }

  #measure(state: DatabaseState): void {
    for (const { columns, name } of this.catalog.tables) {
      for (const row of state.tables[name]?.rows ?? [])
        this.#largest = Math.max(this.#largest, rowBytes(columns, row));
    }
  }

  /** States that are put back again and again are measured once. */
  #bytesOf({ name, columns }: Table, state: DatabaseState): number {
    const rows = state.tables[name]?.rows;
    if (rows === undefined) return 0;
    let bytes = this.#measured.get(rows);
    if (bytes === undefined) {
      bytes = rows.reduce((sum, row) => sum + rowBytes(columns, row), 0);
      this.#measured.set(rows, bytes);
    }
    return bytes;
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
    // cannot have switched triggers off on connecting; elsewhere the connection was made with all that.
    const shared = !this.#capabilities.concurrentTransactions;
    const before = shared ? ['begin', ...canonicalSettings] : [];
    const between = shared && writes.length > 0 ? ['set local session_replication_role = replica'] : [];
    const after = shared ? ['commit'] : [];
    const hidden = this.#hidden;
    const reading = reads.length === 0 ? [] : [...hidden.before, ...reads, ...hidden.after];
    replyIsNear();
    const text = [...before, ...reading, ...between, ...writes, ...after].join(';\n');
    const asked = this.#admin.query({ text, rowMode: 'array', types: raw as never });
    const results = (await asked.catch(asChanged)) as unknown as Result | Result[];
    const all = Array.isArray(results) ? results : [results];
    const first = before.length + hidden.before.length;
    return all.slice(first, first + reads.length).map((result) => result.rows);
  }
}

/** What of a state now stands in the database, after these parts of another were written over it. */
function withRestored(state: DatabaseState, restored: DatabaseState, parts: Difference): DatabaseState {
  const tables = parts.tables.map(
    ({ name }) => [name, restored.tables[name] ?? { columns: [], rows: [] }] as const,
  );
  const sequences = parts.sequences.map(({ name }) => [name, restored.sequences[name] ?? ''] as const);
  return {
    tables: { ...state.tables, ...Object.fromEntries(tables) },
    sequences: { ...state.sequences, ...Object.fromEntries(sequences) },
  };
}

function sameRows(a: TableRows['rows'], b: TableRows['rows']): boolean {
  return (
    a.length === b.length &&
    a.every((row, index) => row.every((value, column) => value === b[index]?.[column]))
  );
}
