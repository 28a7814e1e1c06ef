/** The session as an operation gets it. */
import type { Session } from '../core/model.ts';
import type { SessionClients } from './session-clients.ts';

/** Notes what the operation asks for. */
interface Owner {
  readonly clients: SessionClients;
  readonly memory: unknown;
  usedShared: boolean;
}

export function userSession(owner: Owner, { shared, app }: Pick<Session, 'shared' | 'app'>): Session {
  return {
    // Both are made when they are first asked for.
    get client() {
      return owner.clients.userClient;
    },
    get pool() {
      return owner.clients.pool;
    },
    memory: owner.memory,
    get shared() {
      owner.usedShared = true;
      return shared;
    },
    app,
  };
}
