/**
 * Whose code runs in the context of a session whose operation is over. A queue that an application has in its process (of
 * its own, `p-queue`) often runs what waits there in the context of the task that ended last: what it sends belongs to the
 * session that waits for it.
 */
import type { SessionRun } from './session.ts';

interface Heir {
  readonly session: SessionRun;
  readonly operation: number;
}

export class Heirs {
  readonly #sessions: readonly SessionRun[];
  readonly #known = new Map<SessionRun, Heir>();

  constructor(sessions: readonly SessionRun[]) {
    this.#sessions = sessions;
  }

  /** The session that goes on in the context of this one; undefined if this one's own code runs there, as far as is known. */
  of(session: SessionRun): SessionRun | undefined {
    if (session.program === 'inside' || session.abandoned) return undefined;
    const known = this.#known.get(session);
    if (known?.session.program === 'inside' && known.session.operation === known.operation)
      return known.session;
    // Queues are served in the order in which they were joined.
    const [first] = this.#sessions
      .filter((each) => each.waitsInProcess && !each.expecting && each.connecting === 0)
      .sort((one, other) => one.startedAs - other.startedAs);
    if (first !== undefined) this.#known.set(session, { session: first, operation: first.operation });
    return first;
  }
}
