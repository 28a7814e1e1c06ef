/** What an execution is given: the plan of what to run, and the clients to run it with. */
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
  /** A client in its initial state, connected unless more are taken than were prepared. */
  take(): GatedClient;
  giveBack(client: GatedClient): void;
  /** Which statements were seen to wait: the next time they are looked at without delay. */
  readonly waits: WaitMemory;
  /** Whether ending a transaction may wait for a lock (deferred constraints are checked then). */
  readonly commitsMayWait: boolean;
  /** Whether sessions are told what their statements touch. */
  readonly observed: boolean;
}

/** Watches statements on their way. */
export interface StatementTrace {
  /** Called while the code under test stands in its call of `query`. */
  held(statement: HeldStatement): void;
  /** @param step counted from 0 */
  released(statement: HeldStatement, step: number): void;
}

export interface Plan {
  readonly model: Model;
  readonly sessions: readonly (readonly Call[])[];
  /** What each session remembers at first. Default: what the model says. */
  readonly memories?: readonly unknown[];
  readonly choose: (point: ChoicePoint) => number;
  readonly limits: Limits;
  readonly trace?: StatementTrace | undefined;
  /** Called when the execution is over, while the database is asked for the state that it left. */
  readonly meanwhile?: ((record: ExecutionRecord) => Promise<void>) | undefined;
}
