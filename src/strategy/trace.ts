/** An execution whose steps were observed, so that it is known which of them depend on each other. */

export interface TraceStep {
  readonly session: number;
  /** Earlier steps whose statements waited until this step let them end. */
  readonly ends: readonly number[];
  /** Whether its own statement was still waiting when the next step was chosen. */
  readonly waits: boolean;
  /** A summary of the replies that came: equal whenever the step follows the same steps. */
  readonly fingerprint: string;
}

export interface Trace {
  readonly steps: readonly TraceStep[];
  /** Whether swapping these steps of different sessions could make a difference; `first` < `second`. */
  dependent(first: number, second: number): boolean;
  /**
   * To run these two in the opposite order, `second` goes before one of these steps: `first`, or earlier ones of its
   * session. Right before the end of a transaction, a statement may only wait for it, and see the same.
   */
  instead(first: number, second: number): readonly number[];
  /** More steps depend on each other than at the last trace, so that earlier conclusions no longer hold. */
  readonly renewed: boolean;
}
