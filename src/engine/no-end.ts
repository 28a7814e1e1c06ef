/** Who has not finished when an execution cannot go on, and why. */
import type { Fairness } from './fairness.ts';
import type { StuckWait } from './record.ts';
import { sessionNames, type SessionRun } from './session.ts';

/** What to say when an execution took as many steps as it may. */
export function stepsUsedUp(steps: number, sessions: readonly SessionRun[], fairness: Fairness): string {
  const left = unfinished(sessions).map(({ index }) => index);
  const spinning = left.filter((session) => fairness.spins(session));
  const detail = `${steps} steps were taken and ${sessionNames(left)} had not finished`;
  const again = `${sessionNames(spinning)} got the same replies to the same statements again and again`;
  return spinning.length === 0 ? detail : `${detail}; ${again}`;
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
