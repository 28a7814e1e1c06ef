/** What is known of an execution once its steps were observed: which of them depend on each other. */

export interface TraceStep {
  readonly session: number;
  /** Earlier steps whose statements waited until this step let them end. */
  readonly ends: readonly number[];
  /** Whether its own statement was still waiting when the next step was chosen. */
  readonly waits: boolean;
  /** What can be told of the replies that came: equal wherever the step comes after the same others. */
  readonly fingerprint: string;
}

export interface Trace {
  readonly steps: readonly TraceStep[];
  /** Whether swapping these steps of different sessions could make a difference; `first` < `second`. */
  dependent(first: number, second: number): boolean;
  /**
   * Steps to put `second` before, to see these two the other way round: `first`, or earlier ones of its session. Before
   * the end of a transaction alone, a statement may only wait for it, and see the same.
   */
  instead(first: number, second: number): readonly number[];
  /** What depends on what has become more since the last trace: what was concluded before no longer stands. */
  readonly renewed: boolean;
}
