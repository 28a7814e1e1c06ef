/** Makes the code under test unwind and frees the database, so that the next execution finds nothing of this one. */
import type { Database } from '../driver/contract.ts';
import type { Limits } from './limits.ts';
import { pendingWork } from './outside.ts';
import type { SessionRun } from './session.ts';
import type { Settler } from './settler.ts';
import { type Signal, turn } from './signal.ts';
import { inFlightOf } from './surroundings.ts';

export interface UnwindParts {
  readonly sessions: readonly SessionRun[];
  readonly settler: Settler;
  readonly database: Database;
  readonly signal: Signal;
  readonly limits: Pick<Limits, 'unwindTimeoutMs'>;
}

export async function unwind({ sessions, settler, database, signal, limits }: UnwindParts): Promise<void> {
  settler.resumeAll();
  for (const session of sessions) {
    session.outside.ticks.pace('free');
    session.abandon();
  }
  const busy = inFlightOf(sessions).map((entry) => entry.statement.client.pid);
  if (busy.length > 0) await database.terminate(busy);
  const deadline = performance.now() + limits.unwindTimeoutMs;
  while (sessions.some((session) => session.program !== 'done' || session.inFlight.size > 0)) {
    // A session that awaits a promise which nobody will settle is left behind; its clients are refused from now on.
    const hopeless = sessions.every(
      (session) =>
        session.program === 'done' ||
        (session.inFlight.size === 0 && pendingWork(session.outside) === 'nothing'),
    );
    const left = deadline - performance.now();
    if (hopeless) {
      signal.clear();
      await turn();
      if (await signal.quietTurn()) break;
    } else if (left <= 0 || !(await signal.wait(left))) break;
  }
}
