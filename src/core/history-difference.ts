/** A history difference is where two executions of one scenario under one schedule first differ: data, not words. */
import type { HistoryEvent } from './history.ts';
import type { DatabaseState } from './state.ts';

export type HistoryDifference =
  /** In an event of this step, counted from 0; undefined for the execution that had no more events. */
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly first: HistoryEvent | undefined;
      readonly second: HistoryEvent | undefined;
    }
  /** Every step is the same; the sessions remember something else at the end. */
  | { readonly kind: 'memory'; readonly first: readonly unknown[]; readonly second: readonly unknown[] }
  /** Every step is the same; other rows are left. */
  | { readonly kind: 'final tables'; readonly first: DatabaseState; readonly second: DatabaseState };
