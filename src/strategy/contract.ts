/**
 * A strategy decides which session takes each step, over the executions of one scenario. It never prints,
 * never reads a clock or the environment; given the same choice points it makes the same choices.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Trace } from './trace.ts';

export interface Strategy {
  /** Begins the next execution of the same scenario; false if the strategy has nothing left to try. */
  begin(): boolean;
  /** The session that takes the next step; one of `point.runnable`. */
  choose(point: ChoicePoint): number;
  /**
   * Learns from the execution that just ended; called only if the engine can observe. Absent from strategies that learn
   * nothing.
   *
   * @returns `contradiction` if the trace contradicts an earlier one, so that some dependency is missing
   */
  learn?(trace: Trace): 'contradiction' | undefined;
  /** Whether every schedule has been begun; absent from strategies that sample. */
  readonly exhausted?: boolean;
  /** The number of classes of equivalent schedules that were run; undefined if every schedule counts as different. */
  readonly classes?: number | undefined;
}
