/** What was looked for besides a smaller scenario, and found. */
import type { NeighbourSearch } from '../core/result.ts';

/** What was found about schedules with fewer preemptions, and about smaller scenarios. */
export interface Looked {
  readonly pass: boolean;
  /** Whether schedules with fewer preemptions fail, but only in another way. */
  readonly otherwise?: boolean;
  readonly run: number;
  readonly shrunk: boolean;
  readonly neighbours: NeighbourSearch | undefined;
}

export const notLookedFor: Looked = { pass: false, run: 0, shrunk: false, neighbours: undefined };
