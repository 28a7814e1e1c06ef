/** What an observed step did, besides what the history says of it. */
import type { Evidence } from '../driver/evidence.ts';

export interface Touch {
  /** Whether a transaction was open on its connection when it was sent. */
  readonly openBefore: boolean;
  /** Undefined when no reply came. */
  completed:
    | {
        /** The step in which the reply came: its own, or a later one where it had to wait. */
        readonly during: number;
        readonly openAfter: boolean;
        readonly evidence: readonly Evidence[];
      }
    | undefined;
}
