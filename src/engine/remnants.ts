/** Asks connections what they keep from one operation to the next. */
import type { History } from '../core/history.ts';
import type { Remnant } from '../core/remnant.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';

/**
 * One query for everything. Settings that extensions or users invent (`app.tenant`) are in no catalogue, so the query asks
 * for those that the statements name.
 */
const question = `select
  array(select distinct objid::text from pg_locks
    where pid = pg_backend_pid() and locktype = 'advisory' and granted) as locks,
  array(select relname::text from pg_class where relnamespace = pg_my_temp_schema() and relkind in ('r', 'S', 'v')) as temporary,
  array(select name from pg_settings where source = 'session') as settings,
  array(select pg_listening_channels()) as channels,
  array(select name from pg_prepared_statements where from_sql) as prepared,
  array(select name from pg_cursors where is_holdable) as cursors,
  array(select gid from pg_prepared_xacts where database = current_database()) as gids,
  array(select name from unnest($1::text[]) as name where coalesce(current_setting(name, true), '') <> '') as own`;

type Answer = Readonly<
  Record<'locks' | 'temporary' | 'settings' | 'channels' | 'prepared' | 'cursors' | 'gids' | 'own', string[]>
>;

/** Asked after an execution of this history, before the connections are put back. Never fails. */
export async function remnantsOf(
  clients: readonly GatedClient[],
  history: History,
  database: Pick<Database, 'wouldWait'>,
): Promise<readonly Remnant[]> {
  const names = settingsNamed(history);
  // If a transaction that was left open has the whole engine, the others cannot be asked; it is a remnant itself.
  const idle = clients.filter((client) => !database.wouldWait(client));
  const all = await Promise.all(idle.map((client) => remnantsOn(client, names)));
  return all.flat();
}

async function remnantsOn(client: GatedClient, names: readonly string[]): Promise<readonly Remnant[]> {
  if (client.broken) return [];
  if (client.inTransaction) return [{ kind: 'open transaction', names: [], shared: true }];
  let kept: Answer | undefined;
  try {
    kept = ((await client.query(question, [names])) as { readonly rows: readonly Answer[] }).rows[0];
  } catch {
    // A connection that cannot even be asked (its session ended it) keeps nothing.
  }
  // On an observed connection the server also reported the plan of this query.
  client.takeEvidence();
  if (kept === undefined) return [];
  const own = [...kept.settings, ...kept.own].filter((name) => !isSetUp(client, name));
  // Whoever uses the connection next finds what is on it.
  const handedOver = client.setUpBy !== undefined;
  return [
    ...remnants('advisory lock', kept.locks, true),
    ...remnants('temporary table', kept.temporary, handedOver),
    ...remnants('setting', own, handedOver),
    ...remnants('channel', kept.channels, handedOver),
    ...remnants('prepared statement', kept.prepared, handedOver),
    ...remnants('open cursor', kept.cursors, handedOver),
    // They belong to no connection: each connection lists them.
    ...remnants('prepared transaction', kept.gids, true),
  ];
}

/** Whether a library gave its new connection this setting: `set time zone` gives `TimeZone`. */
function isSetUp({ setUpBy = [] }: GatedClient, name: string): boolean {
  const plain = (text: string): string => text.replace(/[\s_]/g, '').toLowerCase();
  return setUpBy.some((text) => plain(text).includes(plain(name)));
}

function remnants(kind: Remnant['kind'], names: readonly string[], shared: boolean): readonly Remnant[] {
  return names.length === 0 ? [] : [{ kind, names: [...names].sort(), shared }];
}

const ownSetting = /\b[a-z_]\w*\.[a-z_]\w*\b/gi;

function settingsNamed(history: History): readonly string[] {
  const names = new Set<string>();
  for (const event of history) {
    if (event.kind !== 'released' && event.kind !== 'free') continue;
    const { text, values } = event.statement;
    if (!/\bset(_config)?\b/i.test(text)) continue;
    for (const part of [text, ...values.filter((value) => typeof value === 'string')])
      for (const [name] of part.matchAll(ownSetting)) names.add(name);
  }
  return [...names];
}
