/**
 * A strategy decides which session takes each step, over the executions of one scenario. It never prints,
 * never reads a clock or the environment; given the same choice points it makes the same choices.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Trace } from './trace.ts';

export interface Strategy {
  /** Begins the next execution of the same scenario; false when the strategy has nothing left to try. */
  begin(): boolean;
  /** The session that takes the next step; one of `point.runnable`. */
  choose(point: ChoicePoint): number;
  /**
   * Takes in what was observed of the execution that just ended; called only if the engine can observe. Left out by
   * strategies that learn nothing.
   *
   * @returns `contradiction` if the trace cannot be true together with those before it: some dependency is missing
   */
  learn?(trace: Trace): 'contradiction' | undefined;
  /** Whether every schedule there is has been begun; left out by strategies that sample. */
  readonly exhausted?: boolean;
  /** Classes of equivalent schedules that were run; undefined if every schedule counts as different. */
  readonly classes?: number | undefined;
}
