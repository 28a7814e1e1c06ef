/** The record of one execution: everything that is judged, compared, shown or stored. */
import type { History } from '../core/history.ts';
import type { LimitCause } from '../core/limit-cause.ts';
import type { Answer } from '../core/model.ts';
import type { Choice } from '../core/schedule.ts';
import type { Evidence } from '../driver/evidence.ts';
import type { LimitName } from './limits.ts';

/** Why a session could not go on when nobody could. */
export interface StuckWait {
  readonly session: number;
  readonly operation: number;
  /** `database`: its statement waits for `by`; `outside`: it awaits something that is not the database. */
  readonly where: 'database' | 'outside';
  readonly by: readonly number[];
}

export type End =
  | { readonly kind: 'completed' }
  /** Nobody can go on and the database sees no deadlock. */
  | { readonly kind: 'stuck'; readonly waits: readonly StuckWait[] }
  /** A limit was hit: no verdict. */
  | { readonly kind: 'gave-up'; readonly limit: LimitName; readonly cause: LimitCause };

/** A statement that its operation did not wait for, or sent after it had ended. */
export interface UnawaitedStatement {
  readonly session: number;
  readonly operation: number;
  readonly text: string;
}

/** From which step to which an operation was under way; steps count from 0. */
export interface Span {
  readonly invoked: number;
  readonly returned: number;
}

export interface ExecutionRecord {
  readonly end: End;
  readonly history: History;
  readonly choices: readonly Choice[];
  /** By session, by operation; shorter if the execution ended early. */
  readonly answers: readonly (readonly Answer[])[];
  readonly spans: readonly (readonly Span[])[];
  /** Operations that ended while a statement of theirs was under way, in the order in which they ended. */
  readonly unawaited: readonly UnawaitedStatement[];
  /** What each session remembers at the end. */
  readonly memories: readonly unknown[];
  /**
   * Whether the code under test used state that sessions share in the process: steps may then depend on each other
   * unseen.
   */
  readonly usedShared: boolean;
  /** Whether a session waited for something in the process that only another session could bring. */
  readonly waitedInProcess: boolean;
  /**
   * By step: what the server reported about its statement. Empty if the lane is not observed; with gaps if no reply
   * came.
   */
  readonly evidence: readonly (readonly Evidence[] | undefined)[];
}

/** Row versions written, by the counts in the replies. */
export function rowsWritten(history: History): number {
  return history.reduce(
    (rows, event) =>
      event.kind === 'completed' && event.reply.kind === 'rows' && event.reply.command !== 'SELECT'
        ? rows + (event.reply.rowCount ?? 0)
        : rows,
    0,
  );
}
