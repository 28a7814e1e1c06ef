/**
 * When a notification arrives is a matter of time, unless it is fetched: its sender's COMMIT has been answered when the
 * listening backend knows of it, and an idle backend passes on what it knows before its next reply.
 */
import type { GatedClient } from '../driver/gated-client.ts';

/** Has these clients, of those that run nothing, get what was sent to them. True when something arrived. */
export async function fetchNotifications(clients: readonly GatedClient[]): Promise<boolean> {
  const listening = clients.filter(
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
