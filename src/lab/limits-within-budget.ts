/** The limits of a check within its time: once that is over, a statement without a reply is given up soon. */
import type { Limits } from '../engine/limits.ts';

const lateStepTimeoutMs = 1_000;

/** @param isOver asked each time that the limit is read */
export function limitsWithinBudget(limits: Limits, isOver: () => boolean): Limits {
  return {
    ...limits,
    get stepTimeoutMs() {
      return isOver() ? Math.min(lateStepTimeoutMs, limits.stepTimeoutMs) : limits.stepTimeoutMs;
    },
  };
}
