/** An execution setup says what to run, and how. */
import type { Call, Model } from '../core/model.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { HeldStatement } from '../driver/gated-client.ts';
import type { Limits } from './limits.ts';
import type { ExecutionRecord } from './record.ts';

/** Sees each statement when it is held and when it is released. */
export interface StatementWatcher {
  /** Called while the code under test is inside its call of `query`. */
  held(statement: HeldStatement): void;
  /** @param step counted from 0 */
  released(statement: HeldStatement, step: number): void;
}

export interface ExecutionSetup {
  readonly model: Model;
  readonly sessions: readonly (readonly Call[])[];
  /** What each session remembers at first. Default: the model's memory. */
  readonly memories?: readonly unknown[];
  /** @param ended operations that have ended, by session */
  readonly choose: (point: ChoicePoint, ended: readonly number[]) => number;
  readonly limits: Limits;
  /**
   * Whether sessions wait for each other in the process, for a pool's last connection say. Then it matters who asks first: the
   * start of an operation, and each statement that else goes along with another, is a step of its own. Default false.
   */
  readonly meetInProcess?: boolean;
  /**
   * Whether sessions that wait for something unknown have `outsideTimeoutMs` before they count as stuck. A session that
   * runs alone cannot wait for another one; it may await a module that is being loaded. Default false.
   */
  readonly patient?: boolean;
  /** Whether the database is asked what the connections keep at the end. Default false. */
  readonly checkRemnants?: boolean;
  readonly watcher?: StatementWatcher | undefined;
  /** Called when the execution is over, while the database is asked for the state that it left. */
  readonly meanwhile?: ((record: ExecutionRecord) => Promise<void>) | undefined;
}
