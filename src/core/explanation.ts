/** Why a counterexample is wrong, for a reader: dependencies between its operations, the anomaly's name, the racing pair. */
import type { OperationRef } from './verdict.ts';

/** One step of the counterexample's history. */
export interface StepRef {
  readonly session: number;
  /** As in the history's `released` events, counted from 0. */
  readonly step: number;
}

/** The content of one version of a row, as column and value texts. */
export type RowVersion = Readonly<Record<string, string | null>>;

/**
 * A direct dependency between two operations (Adya, "Weak Consistency", MIT 1999, section 4.4).
 *
 * - `ww`: `to` overwrote a row version that `from` wrote: `from` wrote `before`, `to` wrote `after`
 * - `wr`: `to` read a row version that `from` wrote: `from` found `before` and wrote `after`
 * - `rw`: `to` wrote a newer version of a row that `from` read (an anti-dependency): `from` read `before`, `to` wrote
 *   `after`
 */
export interface Dependency {
  readonly kind: 'ww' | 'wr' | 'rw';
  readonly from: OperationRef;
  readonly to: OperationRef;
  /** The step of each operation in which it happened. */
  readonly fromStep: number;
  readonly toStep: number;
  /** Table name, qualified if it is not in `public`. */
  readonly table: string;
  /** The row as it was: undefined if there was none. Both are undefined if only the table is known. */
  readonly before: RowVersion | undefined;
  /** The row as it was then: undefined if it was deleted. */
  readonly after: RowVersion | undefined;
  /** The condition by which the row was (or would have been) read, if it was read by condition and not by key. */
  readonly predicate: string | undefined;
  /** The read did not find the row: it met the condition only later (`rw`), or no longer (`wr`). */
  readonly phantom?: boolean | undefined;
  /**
   * For `wr`: `to` met this row, or advisory lock (`table` is then `advisory lock`), while `from` held it, and passed over
   * it (SKIP LOCKED) or was refused it (a try-lock).
   */
  readonly lock?: 'skipped' | 'refused' | undefined;
  /** For `wr`: `to` failed on this constraint, because of a row that `from` wrote. */
  readonly constraint?: string | undefined;
}

/** An entry of the table of anomalies, or `unclassified`. */
export interface AnomalyName {
  /** As in the literature: `P4`, `G-single`, `G2-item`; `unclassified` if nothing proves an entry. */
  readonly code: string;
  /** In words: `lost update`. */
  readonly name: string;
}

/** Visible writes of an operation that should have had no effect. */
export interface PartialEffect {
  readonly ref: OperationRef;
  readonly step: number;
  readonly tables: readonly string[];
}

/** Writes that an operation undid: step `by` rolled back its transaction, or the part since a savepoint. */
export interface UndoneEffect extends PartialEffect {
  readonly by: number;
}

export interface Explanation {
  readonly anomaly: AnomalyName;
  /** The dependencies that prove the name, in order (a cycle if the name asks for one); empty for `unclassified`. */
  readonly evidence: readonly Dependency[];
  /** All dependencies that were seen between different operations. */
  readonly dependencies: readonly Dependency[];
  /** Two steps whose order decides: swapped, the schedule passes. Undefined if no single pair does. */
  readonly racingPair: { readonly first: StepRef; readonly second: StepRef } | undefined;
  /** Whether the engine shows what statements read and wrote: if not, there are no dependencies. Absent in results of 0.1.0. */
  readonly observed?: boolean;
  /** Writes that aborted or refused operations had committed all the same. Absent in results of 0.1.0. */
  readonly partly?: readonly PartialEffect[];
  /** Writes that were undone although their operations returned as if all were well. Absent in results of 0.1.0. */
  readonly undone?: readonly UndoneEffect[];
}
