/** What a session is made of, and what it is doing. */
import type { Call, Model } from '../core/model.ts';
import type { Lookers } from './ticks.ts';

/** What a session's program is doing between steps. */
export type ProgramState =
  /** The next operation has not been started; starting it is part of the session's next step. */
  | 'ready'
  /** Its code is running, or waits for something. */
  | 'inside'
  /** All operations have ended. */
  | 'done';

/** What a session is made of. */
export interface SessionParts {
  readonly model: Model;
  readonly index: number;
  readonly calls: readonly Call[];
  readonly memory: unknown;
  readonly shared: unknown;
  readonly app: unknown;
  readonly lookers: Lookers;
}
