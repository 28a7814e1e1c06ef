/** Puts a connection back to what it was when it was new, or says that this cannot be done. */
import { textsOf, type History } from '../core/history.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { within } from '../driver/within.ts';

/** Never fails: a client that cannot be put back is marked as broken. */
export async function resetClient(client: GatedClient, limitMs: number): Promise<void> {
  if (client.broken) return;
  const discarded = await within(limitMs, discardState(client)).catch(() => false);
  if (!discarded) client.broken = true;
}

async function discardState(client: GatedClient): Promise<void> {
  await client.open();
  if (client.inTransaction) await client.query('rollback');
  await client.query('discard all');
}

const setsOwnSetting = /\bset_config\s*\(|\bset\s+(?:session\s+|local\s+)?[\w"$]+\s*\.\s*[\w"$]/i;

/**
 * Whether the execution may have set a setting of the application's own (`app.tenant`). On its connection such a setting is
 * an empty text once it is reset, and not NULL as on a new one: DISCARD ALL does not put that back.
 */
export function leavesPlaceholders(history: History): boolean {
  return textsOf(history).some((text) => setsOwnSetting.test(text));
}
