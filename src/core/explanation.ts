/** Why a counterexample is wrong, for a reader: dependencies between its operations, the anomaly's name, the racing pair. */
import type { OperationRef } from './verdict.ts';

/** One step of the counterexample's history. */
export interface StepRef {
  readonly session: number;
  /** As in the history's `released` events, counted from 0. */
  readonly step: number;
}

/**
 * A direct dependency between two operations (Adya, "Weak Consistency", MIT 1999, section 4.4).
 *
 * - `ww`: `to` overwrote a row version that `from` wrote
 * - `wr`: `to` read what `from` wrote
 * - `rw`: `to` wrote a newer version of what `from` read (an anti-dependency)
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
  /** The row version in question, as column and value texts; undefined where only the table is known. */
  readonly row: Readonly<Record<string, string | null>> | undefined;
  /** The condition by which the row was (or would have been) read, where the read was by condition and not by row. */
  readonly predicate: string | undefined;
  /** The row was not among those that were read: it came to meet the condition (or the other way round, for `wr`, left). */
  readonly phantom?: boolean | undefined;
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

export interface Explanation {
  readonly anomaly: AnomalyName;
  /** The dependencies that prove the name, in order (a cycle where the name asks for one); empty for `unclassified`. */
  readonly evidence: readonly Dependency[];
  /** All dependencies that were seen between different operations. */
  readonly dependencies: readonly Dependency[];
  /** Two steps whose order decides: swapped, the schedule passes. Undefined where no single pair does. */
  readonly racingPair: { readonly first: StepRef; readonly second: StepRef } | undefined;
  /** What happened, for people: one plain sentence each. */
  readonly sentences: readonly string[];
}
