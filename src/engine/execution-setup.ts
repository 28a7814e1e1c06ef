/** What an execution is given: the setup of what to run, and the clients to run it with. */
import type { IsolationLevel } from '../core/isolation.ts';
import type { Call, Model } from '../core/model.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient, HeldStatement } from '../driver/gated-client.ts';
import type { Limits } from './limits.ts';
import type { ExecutionRecord } from './record.ts';
import type { WaitMemory } from './wait-memory.ts';

/** What the execution needs from the lane it runs on. */
export interface ClientStock {
  readonly database: Database;
  readonly isolation: IsolationLevel;
  /** A client in its initial state, connected unless more are taken than were prepared. */
  take(): GatedClient;
  giveBack(client: GatedClient): void;
  /** A client of an execution with these calls was used after it. */
  late(calls: readonly Call[], text: string): void;
  /** Which statements were seen to wait: the next time they are looked at without delay. */
  readonly waits: WaitMemory;
  /** Whether ending a transaction may wait for a lock (deferred constraints are checked then). */
  readonly commitsMayWait: boolean;
  /** Whether sessions are told what their statements touch. */
  readonly observed: boolean;
}

/** Watches statements on their way. */
export interface StatementWatcher {
  /** Called while the code under test stands in its call of `query`. */
  held(statement: HeldStatement): void;
  /** @param step counted from 0 */
  released(statement: HeldStatement, step: number): void;
}

export interface ExecutionSetup {
  readonly model: Model;
  readonly sessions: readonly (readonly Call[])[];
  /** What each session remembers at first. Default: what the model says. */
  readonly memories?: readonly unknown[];
  /** @param ended operations that have ended, by session */
  readonly choose: (point: ChoicePoint, ended: readonly number[]) => number;
  readonly limits: Limits;
  /**
   * Whether sessions that wait for nothing that is known are waited for (`outsideTimeoutMs`) before they count as stuck.
   * Alone a session cannot wait for another one: what it awaits may be a module that is being loaded. Default false.
   */
  readonly patient?: boolean;
  /** Whether the database is asked what the connections keep at the end. Default false. */
  readonly checkRemnants?: boolean;
  readonly watcher?: StatementWatcher | undefined;
  /** Called when the execution is over, while the database is asked for the state that it left. */
  readonly meanwhile?: ((record: ExecutionRecord) => Promise<void>) | undefined;
}
