/**
 * Tally counts say how often the operations of a search met, by what is counted: waits, conflicts, errors and overlaps.
 * Nothing is left out of them (up to 10 000 keys), so those of two searches add up, which lists of the largest do not.
 */
import type { StepText } from './interactions.ts';
import type { Answer } from './model.ts';

export type Counts = Map<string, number>;

/** Plain data, since the counts of other processes are merged with ours. */
export interface TallyCounts {
  executions: number;
  statements: number;
  concurrent: number;
  overlapping: number;
  interleavable: number;
  lockWaits: number;
  deadlocks: number;
  /** By the waiting operation, its statement, and the operation that it waited for. */
  readonly waits: Counts;
  /** Undefined if it is not known which steps conflict. */
  conflicts: ConflictOrders | undefined;
  /** By the name of the operation. */
  readonly operations: Map<string, OperationTallyCounts>;
}

/** By the texts of the two steps. */
export type ConflictOrders = Map<string, OrderCounts>;

export interface OrderCounts {
  readonly a: StepText;
  readonly b: StepText;
  ab: number;
  ba: number;
}

/** The counts of one operation, as plain data. */
export interface OperationTallyCounts {
  calls: number;
  returned: number;
  aborted: number;
  refused: number;
  failed: number;
  /** The first failure that was neither an abort nor refused. */
  failure: FailedAnswer | undefined;
  overlapping: number;
  overlappingInVain: number;
  readonly errors: Counts;
  /** By the other operation; kept by the operation whose name comes first. */
  readonly meetings: Map<string, Meetings>;
}

export type FailedAnswer = Extract<Answer, { kind: 'failed' }>;

/** Pairs of calls of two operations in different sessions, and how many of them overlapped. */
export interface Meetings {
  pairs: number;
  overlapped: number;
}
