/** What a connection keeps from one operation to the next: what a clean connection does not have. */
import type { History } from '../core/history.ts';
import type { GatedClient } from '../driver/gated-client.ts';

/** Something kept from one operation to the next, in words: `a temporary table (basket)`. */
export interface Kept {
  readonly what: string;
  /** Whether other sessions notice it (they wait, or are refused), and not only the session's own later operations. */
  readonly shared: boolean;
}

/**
 * One question for all of it. Settings of extensions' or users' own making (`app.tenant`) are in no catalogue: those that
 * the statements name are asked for one by one.
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

/** What these connections keep after an execution of this history, before they are put back. Never fails. */
export async function keptBy(clients: readonly GatedClient[], history: History): Promise<readonly Kept[]> {
  const names = settingsNamed(history);
  const all = await Promise.all(clients.map((client) => keptByOne(client, names)));
  return all.flat();
}

async function keptByOne(client: GatedClient, names: readonly string[]): Promise<readonly Kept[]> {
  if (client.broken) return [];
  if (client.inTransaction) return [{ what: 'an open transaction', shared: true }];
  let kept: Answer | undefined;
  try {
    kept = ((await client.query(question, [names])) as { readonly rows: readonly Answer[] }).rows[0];
  } catch {
    // A connection that cannot even be asked (its session ended it) keeps nothing.
  }
  // An observed connection has been told of the question itself.
  client.takeEvidence();
  if (kept === undefined) return [];
  const own = [...kept.settings, ...kept.own];
  return [
    ...some(kept.locks, 'an advisory lock', true),
    ...some(kept.temporary, 'a temporary table', false),
    ...some(own, 'a setting', false),
    ...some(kept.channels, 'a channel that it listens to', false),
    ...some(kept.prepared, 'a prepared statement', false),
    ...some(kept.cursors, 'an open cursor', false),
    // No connection's own: each tells of it.
    ...some(kept.gids, 'a prepared transaction', true),
  ];
}

function some(names: readonly string[], what: string, shared: boolean): readonly Kept[] {
  return names.length === 0 ? [] : [{ what: `${what} (${[...names].sort().join(', ')})`, shared }];
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
