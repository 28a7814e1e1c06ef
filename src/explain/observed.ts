/** An execution as explanations look at it: statements with what they read and wrote, and when that became visible. */
import type { RowSet, RowWrite } from '../core/footprint.ts';
import type { OperationRef } from '../core/verdict.ts';

/** Rows that a statement read. */
export interface Read extends RowSet {
  /**
   * - `snapshot`: as the snapshot shows them
   * - `newest`: found in the snapshot, then locked or written in their newest version
   * - `key`: by Postgres itself for a foreign key; only that the row is there matters
   * - `conflict`: by ON CONFLICT; only rows with the keys of a new row matter
   * - `returning`: what the statement itself wrote, shown in its reply
   */
  readonly how: 'snapshot' | 'newest' | 'key' | 'conflict' | 'returning';
  /** Whether the condition fixes a unique key, so that it names one row. */
  readonly byKey: boolean;
  /** The condition as SQL. */
  readonly text: string | undefined;
}

export interface ObservedStatement {
  readonly ref: OperationRef;
  /** When it was sent, and in which step it ended; steps count from 0. */
  readonly step: number;
  readonly during: number;
  readonly transaction: string;
  /** What was published before this step is what the statement sees. */
  readonly snapshot: number;
  /** Its parameters. */
  readonly values: readonly unknown[];
  readonly reads: readonly Read[];
  readonly writes: readonly RowWrite[];
  /** The step from which on others see what it wrote; undefined where that never happened. */
  readonly published: number | undefined;
  /** The step that took back what it wrote. */
  readonly undone: number | undefined;
  /** Rows of its reply, where it is a plain read. */
  readonly shown: readonly Readonly<Record<string, unknown>>[];
  /** Its reply shows rows that it wrote: RETURNING. */
  readonly returns: boolean;
  /** Sets of rows that it locked, as far as they are found; with SKIP LOCKED it passes over those that others hold. */
  readonly locks: readonly RowSet[];
  readonly skips: boolean;
  /** Advisory locks that it asked for, by key (empty if the key is not known), and whether it was refused one. */
  readonly advisory: readonly string[];
  readonly refused: boolean;
  readonly failure:
    | { readonly sqlstate: string; readonly tables: readonly string[]; readonly constraint: string }
    | undefined;
}

/** What is known of rows and conditions, which are numbers to everybody else. */
export interface Knowledge {
  meets(set: RowSet, row: number): boolean;
  values(table: string, row: number): Readonly<Record<string, unknown>>;
  /** Columns of the table's unique indexes. */
  keysOf(table: string): readonly (readonly string[])[];
  /** Rows that were there before anything ran. */
  startRows(table: string): readonly number[];
  /** Columns whose values grow in the order in which they are taken: from sequences and clocks. */
  growing(table: string): readonly string[];
}

/** The step in which what the statement wrote and locked was given up to others; Infinity if that never happened. */
export function heldUntil({ published, undone }: ObservedStatement): number {
  return Math.min(published ?? Infinity, undone ?? Infinity);
}

export function operationKey({ session, operation }: OperationRef): string {
  return `${session}.${operation}`;
}

export function sameOperation(a: OperationRef, b: OperationRef): boolean {
  return a.session === b.session && a.operation === b.operation;
}
