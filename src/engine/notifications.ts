/**
 * Fetches notifications, since the moment of their arrival is a matter of time. When the sender's COMMIT has been
 * answered, the listening backend knows of them, and an idle backend passes on what it knows before its next reply.
 */
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import type { SessionRun } from './session.ts';

/** Idle clients on which the code under test listens. Called after each step; most code has none. */
export function listeningClients(
  owners: ReadonlyMap<GatedClient, SessionRun>,
  database: Database,
): readonly GatedClient[] {
  const listening: GatedClient[] = [];
  for (const client of owners.keys()) {
    if (!client.listens && client.listenerCount('notification') === 0) continue;
    const runs = owners.get(client)?.inFlight.has(client) === true;
    if (!runs && !client.isOccupied && !client.broken && !database.wouldWait(client)) listening.push(client);
  }
  return listening;
}

/** Makes the server deliver to these clients. True if something arrived. */
export async function fetchNotifications(listening: readonly GatedClient[]): Promise<boolean> {
  const arrived = await Promise.all(
    listening.map(async (client) => {
      const before = client.notifications;
      await client.roundTrip();
      return client.notifications > before;
    }),
  );
  return arrived.includes(true);
}
