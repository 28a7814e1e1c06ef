/** Why a counterexample is wrong, for a reader: dependencies between its operations, the anomaly's name, the racing pair. */
import type { OperationRef } from './verdict.ts';

/** One step of the counterexample's history. */
export interface StepRef {
  readonly session: number;
  /** As in the history's `released` events, counted from 0. */
  readonly step: number;
}

/** What one version of a row holds, as column and value texts. */
export type RowVersion = Readonly<Record<string, string | null>>;

/**
 * A direct dependency between two operations (Adya, "Weak Consistency", MIT 1999, section 4.4).
 *
 * - `ww`: `to` overwrote a row version that `from` wrote: `before` is what `from` wrote, `after` what `to` wrote
 * - `wr`: `to` read what `from` wrote: `before` is what `from` found, `after` what `from` wrote
 * - `rw`: `to` wrote a newer version of what `from` read (an anti-dependency): `before` is what `from` read, `after` what
 *   `to` wrote
 */
export interface Dependency {
  readonly kind: 'ww' | 'wr' | 'rw';
  readonly from: OperationRef;
  readonly to: OperationRef;
  /** The step of each operation in which it happened. */
  readonly fromStep: number;
  readonly toStep: number;
  /** Table name, qualified where it is not in `public`. */
  readonly table: string;
  /** The row as it was: undefined if there was none. Both are undefined if only the table is known. */
  readonly before: RowVersion | undefined;
  /** The row as it was then: undefined if it was deleted. */
  readonly after: RowVersion | undefined;
  /** The condition by which the row was (or would have been) read, if it was read by condition and not by key. */
  readonly predicate: string | undefined;
  /** The row was not among those that were read: it came to meet the condition (`rw`), or no longer met it (`wr`). */
  readonly phantom?: boolean | undefined;
  /**
   * For `wr`: `to` found this row, or advisory lock (`table` is then `advisory lock`), locked by `from`: it passed over it
   * (SKIP LOCKED), or was refused (a try-lock).
   */
  readonly lock?: 'skipped' | 'refused' | undefined;
  /** For `wr`: what `to` read of `from` was an error by this constraint. */
  readonly constraint?: string | undefined;
}

/** An entry of the table of anomalies, or `unclassified`. */
export interface AnomalyName {
  /** As in the literature: `P4`, `G-single`, `G2-item`; `unclassified` where no entry has its evidence. */
  readonly code: string;
  /** In words: `lost update`. */
  readonly name: string;
}

/** What an operation without effect wrote, and others can see. */
export interface PartialEffect {
  readonly ref: OperationRef;
  readonly step: number;
  readonly tables: readonly string[];
}

/** What an operation wrote and took back: its transaction, or the part since a savepoint, was rolled back in step `by`. */
export interface UndoneEffect extends PartialEffect {
  readonly by: number;
}

export interface Explanation {
  readonly anomaly: AnomalyName;
  /** The dependencies that prove the name, in order (a cycle where the name asks for one); empty for `unclassified`. */
  readonly evidence: readonly Dependency[];
  /** All dependencies that were seen between different operations. */
  readonly dependencies: readonly Dependency[];
  /** Two steps whose order decides: swapped, the schedule passes. Undefined where no single pair does. */
  readonly racingPair: { readonly first: StepRef; readonly second: StepRef } | undefined;
  /** Whether the engine shows what statements read and wrote: if not, there are no dependencies. Absent in results of 0.1.0. */
  readonly observed?: boolean;
  /** What operations that aborted, or were refused, had committed all the same. Absent in results of 0.1.0. */
  readonly partly?: readonly PartialEffect[];
  /** What operations that returned, as if all were well, had written and did not leave. Absent in results of 0.1.0. */
  readonly undone?: readonly UndoneEffect[];
}
