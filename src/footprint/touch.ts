/** Facts about an observed step that the history does not hold. */
import type { Evidence } from '../driver/evidence.ts';

export interface Touch {
  /** Whether a transaction was open on its connection when it was sent. */
  readonly openBefore: boolean;
  /** Undefined if no reply came. */
  completed:
    | {
        /** The step in which the reply came: its own, or a later one if it had to wait. */
        readonly during: number;
        readonly openAfter: boolean;
        readonly evidence: readonly Evidence[];
      }
    | undefined;
}
