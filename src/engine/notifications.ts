/**
 * When a notification arrives is a matter of time, unless it is fetched: its sender's COMMIT has been answered when the
 * listening backend knows of it, and an idle backend passes on what it knows before its next reply.
 */
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import type { SessionRun } from './session.ts';

/** Has the listening clients that run nothing get what was sent to them. True when something arrived. */
export async function fetchNotifications(
  owners: ReadonlyMap<GatedClient, SessionRun>,
  database: Database,
): Promise<boolean> {
  const idle = [...owners]
    .filter(([client, { inFlight }]) => !inFlight.has(client) && !database.isHeldBack(client))
    .map(([client]) => client);
  const listening = idle.filter(
    (client) => client.listenerCount('notification') > 0 && !client.inTransaction && !client.broken,
  );
  const arrived = await Promise.all(
    listening.map(async (client) => {
      const before = client.notifications;
      await client.roundTrip();
      return client.notifications > before;
    }),
  );
  return arrived.includes(true);
}
