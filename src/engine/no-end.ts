/** Which sessions have not finished when an execution cannot go on, and why. */
import type { LimitCause } from '../core/limit-cause.ts';
import type { Fairness } from './fairness.ts';
import type { StuckWait } from './record.ts';
import type { SessionRun } from './session.ts';

/** An execution took as many steps as it may. */
export function stepLimitCause(
  steps: number,
  sessions: readonly SessionRun[],
  fairness: Fairness,
): LimitCause {
  const left = unfinished(sessions).map(({ index }) => index);
  return { kind: 'steps', steps, unfinished: left, spinning: left.filter((each) => fairness.spins(each)) };
}

export function stuckWaits(sessions: readonly SessionRun[]): readonly StuckWait[] {
  return unfinished(sessions).map((session) => {
    const where = session.inFlight.size > 0 ? 'database' : 'outside';
    const { index, operation, inFlight } = session;
    const by = [...inFlight.values()].flatMap(({ blockers }) => blockers ?? []);
    return { session: index, operation, where, by: [...new Set(by)].sort((a, b) => a - b) };
  });
}

function unfinished(sessions: readonly SessionRun[]): readonly SessionRun[] {
  return sessions.filter(({ program }) => program !== 'done');
}
