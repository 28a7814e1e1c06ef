/** Restores connections to the state of new ones, and recognises when that cannot be done. */
import { textsOf, type History } from '../core/history.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { within } from '../driver/within.ts';

/**
 * Never fails: a client that cannot be reset is marked as broken.
 *
 * @param limitMs how long it may take for all of them
 */
export async function resetClients(clients: readonly GatedClient[], limitMs: number): Promise<void> {
  const left = new Set(clients.filter(({ broken }) => !broken));
  const discarding = [...left].map((client) =>
    discardState(client).then(
      () => left.delete(client),
      () => false,
    ),
  );
  await within(limitMs, Promise.all(discarding));
  for (const client of left) client.broken = true;
}

async function discardState(client: GatedClient): Promise<void> {
  await client.open();
  if (client.inTransaction) await client.query('rollback');
  await client.query('discard all');
}

const setsOwnSetting = /\bset_config\s*\(|\bset\s+(?:session\s+|local\s+)?[\w"$]+\s*\.\s*[\w"$]/i;

/**
 * Whether the execution may have set a setting of the application's own (`app.tenant`). After a reset such a setting is
 * an empty text on its connection, not NULL as on a new one: DISCARD ALL does not restore that.
 */
export function leavesPlaceholders(history: History): boolean {
  return textsOf(history).some((text) => setsOwnSetting.test(text));
}
