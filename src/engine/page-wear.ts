/**
 * Counts the bytes in each table's first page, dead rows included, to know when a table must be truncated before
 * Postgres prunes the page. It asks Postgres nothing: replies give the number of row versions, and states that were
 * read and written give their sizes.
 */
import type { DatabaseState, TableRows } from '../core/state.ts';
import type { Table } from './catalog.ts';
import { rowBytes } from './row-bytes.ts';

/** Bytes of a page that may be used before a table is truncated: pruning starts at 7349, a tenth being free. */
const wornBytes = 7_000;
/** Bytes that an execution is assumed to write at least, beyond its final rows. */
const unseenBytes = 200;

export class PageWear {
  readonly #tables: readonly Table[];
  /** By table: bytes used since it was last truncated. */
  readonly #used = new Map<string, number>();
  /** States that are put back again and again are measured once. */
  readonly #measured = new WeakMap<TableRows['rows'], number>();
  /** Bytes of the largest row that was seen. */
  #largest = 0;
  /** The most that one execution wrote so far: each table keeps room for as much again. */
  #mostWritten = 0;

  constructor(tables: readonly Table[]) {
    this.#tables = tables;
  }

  /** Learns from a state how large rows get. */
  measure(state: DatabaseState): void {
    for (const { columns, name } of this.#tables) {
      for (const row of state.tables[name]?.rows ?? [])
        this.#largest = Math.max(this.#largest, rowBytes(columns, row));
    }
  }

  /** An execution left this state. Its row versions count in every table, since nobody knows which table has them. */
  executed(state: DatabaseState, rowsWritten: number): void {
    if (rowsWritten > 0) this.measure(state);
    const written = Math.max(unseenBytes, rowsWritten * this.#largest);
    this.#mostWritten = Math.max(this.#mostWritten, written);
    for (const table of this.#tables) this.#add(table, this.#bytesOf(table, state) + written);
  }

  /** The table was emptied, by TRUNCATE or not, and is filled with its rows of a state. */
  filled(table: Table, state: DatabaseState, truncated: boolean): void {
    if (truncated) this.#used.set(table.name, 0);
    this.#add(table, this.#bytesOf(table, state));
  }

  /**
   * Whether the table has no room for its rows of a state and for what one more execution writes.
   *
   * @param rowsWritten row versions that were written just now and are not counted yet
   */
  isWorn(table: Table, state: DatabaseState, rowsWritten: number): boolean {
    const used = (this.#used.get(table.name) ?? 0) + rowsWritten * this.#largest;
    return used + this.#bytesOf(table, state) + this.#mostWritten > wornBytes;
  }

  /** Nothing is known about any table's first page. */
  wearOut(): void {
    for (const { name } of this.#tables) this.#used.set(name, wornBytes);
  }

  #add({ name }: Table, bytes: number): void {
    this.#used.set(name, (this.#used.get(name) ?? 0) + bytes);
  }

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
}
