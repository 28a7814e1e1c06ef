/**
 * Interactions count how the operations of a search met: which overlapped, which waited for which, which conflicting steps
 * were seen in both orders, and how calls ended. If nothing interacted, the property could not have failed.
 */

/** The largest entries of a list, and how many more there are. */
export interface Top<T> {
  readonly top: readonly T[];
  readonly more: number;
}

export interface Interactions {
  /** Statements run, over all schedules. */
  readonly statements: number;
  /** Schedules of scenarios with at least two sessions. */
  readonly concurrent: number;
  /** Of those, the ones in which an operation began while one of another session was under way. */
  readonly overlapping: number;
  /**
   * Of those, the ones in which an operation took several steps, so that another might have come in between. If
   * equivalent schedules are left out, the remaining one may well be serial.
   */
  readonly interleavable?: number | undefined;
  /** Pairs of operations that were run in different sessions, by how often they overlapped. */
  readonly overlaps: Top<OverlapCount>;
  readonly lockWaits: number;
  /** Which operation waited for which, by how often. */
  readonly waits: Top<WaitCount>;
  /** Statements that Postgres ended with 40P01. */
  readonly deadlocks: number;
  /** Every operation that was called, by name. */
  readonly operations: readonly OperationCounts[];
  /** Undefined if it is not known which steps conflict. */
  readonly conflicts?: ConflictCounts | undefined;
}

/** Two operations, by name in alphabetical order, in different sessions of one schedule. */
export interface OverlapCount {
  readonly operations: readonly [string, string];
  /** Pairs of calls in which one began after the other's first step and before the other returned. */
  readonly overlapped: number;
  /** All pairs of calls. */
  readonly pairs: number;
}

export interface WaitCount {
  /** The operation that waited, and with which statement (its text is cut off after 200 characters). */
  readonly waiter: string;
  readonly statement: string;
  /** The operation under way, or run last, in the session that held the lock. */
  readonly holder: string;
  readonly times: number;
}

/** How the calls of one operation ended, over all schedules. */
export interface OperationCounts {
  readonly operation: string;
  readonly calls: number;
  readonly returned: number;
  /** Ended in 40001 or 40P01. */
  readonly aborted: number;
  /** Refused as the model declares. */
  readonly refused: number;
  /** Threw anything else. */
  readonly failed: number;
  /** Every error, including aborts and refusals: SQLSTATE, or the error's name if it is not the database's. */
  readonly errors: Top<{ readonly error: string; readonly times: number }>;
  /** Calls that overlapped with another, and how many of those were aborted or refused. */
  readonly overlapping: number;
  readonly overlappingInVain: number;
}

/** A step, identified in the same way over all schedules. */
export interface StepText {
  readonly operation: string;
  readonly statement: string;
}

/** Pairs of steps of different sessions that conflict: the order of the two matters. */
export interface ConflictCounts {
  readonly pairs: number;
  /** Of those, the ones that were seen in both orders. */
  readonly bothOrders: number;
  /** The pairs seen in one order only: `first` always came before `second`. */
  readonly oneOrder: Top<{ readonly first: StepText; readonly second: StepText; readonly times: number }>;
}
