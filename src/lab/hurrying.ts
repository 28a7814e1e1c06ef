/** Once no time is left, what has no reply is given up soon: the budget and the signal of a check hold for a stall, too. */
import type { Limits } from '../engine/limits.ts';

const hurriedMs = 1_000;

/** @param isOver asked whenever the limit is looked at */
export function hurrying(limits: Limits, isOver: () => boolean): Limits {
  return {
    ...limits,
    get stepTimeoutMs() {
      return isOver() ? Math.min(hurriedMs, limits.stepTimeoutMs) : limits.stepTimeoutMs;
    },
  };
}
