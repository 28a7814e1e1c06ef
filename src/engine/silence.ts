/**
 * Switches off everything that would react or hide rows while a table is written: its triggers, its rules, and
 * row-level security that is forced upon its owner. Afterwards everything is as before: a trigger that the schema
 * disabled stays disabled.
 */
import pg from 'pg';

export interface Reaction {
  readonly kind: 'trigger' | 'rule' | 'security';
  readonly name: string;
  /** As the catalog has it: `O` fires in ordinary sessions, `R` in those of a replica, `A` in both. */
  readonly enabled: 'O' | 'R' | 'A';
}

/** Reactions by the number of their table. Those that the schema disabled are left out. */
export async function readReactions(admin: pg.Client): Promise<ReadonlyMap<string, readonly Reaction[]>> {
  const { rows } = await admin.query<Reaction & { readonly oid: string }>(`
    select tgrelid::text as oid, 'trigger' as kind, tgname as name, tgenabled as enabled
      from pg_trigger where not tgisinternal and tgenabled <> 'D'
    union all select ev_class::text, 'rule', rulename, ev_enabled from pg_rewrite
      where ev_type <> '1' and ev_enabled <> 'D' and ev_class >= 16384
    union all select oid::text, 'security', '', 'O' from pg_class where relforcerowsecurity
    order by 1, 2, 3`);
  const byTable = new Map<string, Reaction[]>();
  for (const { oid, ...reaction } of rows) byTable.set(oid, [...(byTable.get(oid) ?? []), reaction]);
  return byTable;
}

/** Statements to run before and after tables are read or written. */
export interface Silence {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const enabling = { O: 'enable', A: 'enable always', R: 'enable replica' } as const;

/**
 * @param role of the session that does it: `origin`, a superuser or not, or `replica`, always a superuser, on whom no
 *   row-level security is forced
 */
export function silence(
  tables: readonly { readonly sql: string; readonly reactions: readonly Reaction[] }[],
  role: 'origin' | 'replica',
): Silence {
  const passive = role === 'origin' ? 'R' : 'O';
  const acting = tables.flatMap(({ sql, reactions }) =>
    reactions.filter(({ enabled }) => enabled !== passive).map((reaction) => ({ sql, ...reaction })),
  );
  return {
    before: acting.map(({ sql, kind, name }) =>
      kind === 'security'
        ? `alter table only ${sql} no force row level security`
        : `alter table only ${sql} disable ${kind} ${pg.escapeIdentifier(name)}`,
    ),
    after: acting.map(({ sql, kind, name, enabled }) =>
      kind === 'security'
        ? `alter table only ${sql} force row level security`
        : `alter table only ${sql} ${enabling[enabled]} ${kind} ${pg.escapeIdentifier(name)}`,
    ),
  };
}
