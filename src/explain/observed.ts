/** An execution as explanations see it: statements with their reads and writes, and when those writes became visible. */
import type { RowSet, RowWrite } from '../core/footprint.ts';
import type { OperationRef } from '../core/verdict.ts';

/** Rows that a statement read. */
export interface Read extends RowSet {
  /**
   * - `snapshot`: as the snapshot shows them
   * - `newest`: found in the snapshot, then locked or written in their newest version
   * - `key`: by Postgres itself for a foreign key; only the row's existence matters
   * - `conflict`: by ON CONFLICT; only rows with the keys of a new row matter
   * - `returning`: the statement's own writes, shown in its reply
   */
  readonly how: 'snapshot' | 'newest' | 'key' | 'conflict' | 'returning';
  /** Whether the condition fixes a unique key, so that it names one row. */
  readonly byKey: boolean;
  /** The condition as SQL. */
  readonly text: string | undefined;
}

export interface ObservedStatement {
  readonly ref: OperationRef;
  /** The steps in which it was sent and in which it ended, counted from 0. */
  readonly step: number;
  readonly during: number;
  readonly transaction: string;
  /** The statement sees writes that were published before this step. */
  readonly snapshot: number;
  /** Its parameters. */
  readonly values: readonly unknown[];
  readonly reads: readonly Read[];
  readonly writes: readonly RowWrite[];
  /** The step from which others see its writes; undefined if they never do. */
  readonly published: number | undefined;
  /** The step that undid its writes. */
  readonly undone: number | undefined;
  /** Rows of its reply, if it is a plain read. */
  readonly shown: readonly Readonly<Record<string, unknown>>[];
  /** Whether its reply shows rows that it wrote: RETURNING. */
  readonly returns: boolean;
  /** Sets of rows that it locked; with `skips` (SKIP LOCKED), it passed over those that others held. */
  readonly locks: readonly RowSet[];
  readonly skips: boolean;
  /** Advisory locks that it asked for, by key (empty if the key is unknown), and whether one was refused. */
  readonly advisory: readonly string[];
  readonly refused: boolean;
  readonly failure:
    | { readonly sqlstate: string; readonly tables: readonly string[]; readonly constraint: string }
    | undefined;
}

/** The contents of rows and the meaning of conditions, which are mere numbers elsewhere. */
export interface Knowledge {
  meets(set: RowSet, row: number): boolean;
  /** As statements name the table: a partition has the name of the partitioned table. */
  nameOf(table: string): string;
  values(table: string, row: number): Readonly<Record<string, unknown>>;
  /** Columns of the table's unique indexes. */
  keysOf(table: string): readonly (readonly string[])[];
  /** Rows of the starting state. */
  startRows(table: string): readonly number[];
  /** Columns whose values grow in the order in which they are taken, from sequences and clocks. */
  growing(table: string): readonly string[];
}

/** The step that released what the statement wrote and locked; Infinity if none did. */
export function heldUntil({ published, undone }: ObservedStatement): number {
  return Math.min(published ?? Infinity, undone ?? Infinity);
}

export function operationKey({ session, operation }: OperationRef): string {
  return `${session}.${operation}`;
}

export function sameOperation(a: OperationRef, b: OperationRef): boolean {
  return a.session === b.session && a.operation === b.operation;
}
