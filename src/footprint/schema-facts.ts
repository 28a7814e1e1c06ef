/** Facts about a schema and the server's functions that decide what a plan touches. Read once per database. */
import type pg from 'pg';
import type { Keys } from './placement.ts';

export interface SchemaFacts extends Keys {
  /** Tables whose unique indexes or exclusion constraints are more than a list of columns: any two rows may conflict. */
  readonly anyRowsConflict: ReadonlySet<string>;
  /** Tables with unique keys or exclusion constraints that may be checked only when a transaction commits. */
  readonly deferrable: ReadonlySet<string>;
  /** Tables whose own triggers do things that plans do not show. */
  readonly opaqueTables: ReadonlySet<string>;
  /** The tables of each constraint or unique index, by its name; both tables of a foreign key. */
  readonly constraintTables: ReadonlyMap<string, readonly string[]>;
  /** Tables whose written rows our trigger reports. */
  readonly watched: ReadonlySet<string>;
  /** Whether all functions of this name always give the same result for the same arguments. */
  isImmutable(name: string): boolean;
  /** Whether a call of this name may do things that plans do not show. */
  isOpaque(name: string): boolean;
}

/** Volatile functions that touch nothing that other sessions see. */
const harmless = new Set(
  [
    'random random_normal gen_random_uuid uuidv4 uuidv7 clock_timestamp timeofday statement_timestamp',
    'pg_sleep pg_sleep_for set_config setseed currval lastval',
  ].flatMap((names) => names.split(' ')),
);
/** Functions that are not volatile and still show what other transactions do. */
const transactional = /^(?:txid_|pg_current_xact|pg_current_snapshot|pg_snapshot_|pg_xact_|pg_visible_in)/;
/** Functions whose calls are followed by name: see `resources`. */
export const followed: RegExp = /^(?:nextval|setval|pg_(?:try_)?advisory_\w+)$/;

const name = `case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end`;

interface FunctionRow {
  readonly name: string;
  readonly system: boolean;
  readonly immutable: boolean;
  readonly volatile: boolean;
  /** Written in a language whose statements are reported as nested plans. */
  readonly reported: boolean;
  readonly source: string | null;
}

export async function readSchemaFacts(admin: pg.Client, watched: ReadonlySet<string>): Promise<SchemaFacts> {
  const indexes = await admin.query<{
    table: string;
    index: string;
    columns: string[] | null;
    plain: boolean;
    deferrable: boolean;
  }>(`
    select ${name} as table, i.relname as index, not x.indimmediate as deferrable,
      x.indexprs is null and not x.indisexclusion
      and coalesce(to_jsonb(x)->>'indnullsnotdistinct', 'false') = 'false' and not exists (
        select from pg_attribute a join pg_type t on t.oid = a.atttypid
          left join pg_collation l on l.oid = a.attcollation
        where a.attrelid = c.oid and a.attnum = any(x.indkey::int2[])
          and (t.typname = 'citext' or not l.collisdeterministic)) as plain,
      (select json_agg(a.attname order by a.attnum) from pg_attribute a
         where a.attrelid = c.oid and a.attnum = any(x.indkey::int2[])) as columns
    from pg_index x join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class i on i.oid = x.indexrelid
    where x.indisunique or x.indisexclusion`);
  const functions = await admin.query<FunctionRow>(`
    select p.proname as name, n.nspname = 'pg_catalog' as system, bool_and(p.provolatile = 'i') as immutable,
      bool_or(p.provolatile = 'v') as volatile, bool_and(l.lanname in ('sql', 'plpgsql')) as reported,
      string_agg(p.prosrc, ' ') filter (where n.nspname <> 'pg_catalog') as source
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    group by 1, 2`);
  const triggers = await admin.query<{ table: string; function: string }>(`
    select distinct ${name} as table, p.proname as function
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_proc p on p.oid = t.tgfoid join pg_namespace o on o.oid = p.pronamespace
    where not t.tgisinternal and o.nspname <> 'lockstep_probe'`);

  const constraints = await admin.query<{ constraint: string; table: string }>(`
    select k.conname as constraint, ${name} as table
    from pg_constraint k join pg_class c on c.oid in (k.conrelid, k.confrelid)
      join pg_namespace n on n.oid = c.relnamespace
    where n.nspname not in ('pg_catalog', 'information_schema')`);

  const immutable = new Map<string, boolean>();
  const opaque = new Set<string>();
  for (const row of functions.rows) {
    immutable.set(row.name, (immutable.get(row.name) ?? true) && row.immutable);
    const hidden = row.system && row.volatile && !harmless.has(row.name) && !followed.test(row.name);
    if (hidden || transactional.test(row.name)) opaque.add(row.name);
  }
  // plpgsql runs simple expressions without a plan, so their calls are read from the function's source.
  const own = functions.rows.filter((row) => !row.system);
  for (let size = -1; size !== opaque.size;) {
    size = opaque.size;
    for (const { name: caller, source, reported } of own) {
      const called = [...(source ?? '').matchAll(/([a-z_]\w*)\s*\(/gi)].map(([, callee]) =>
        (callee ?? '').toLowerCase(),
      );
      if (!reported || called.some((callee) => opaque.has(callee) || followed.test(callee)))
        opaque.add(caller);
    }
  }

  const plain = indexes.rows.filter((row) => row.plain && row.columns !== null);
  const uniqueColumns = new Map<string, (readonly string[])[]>();
  for (const { table, columns } of plain) {
    uniqueColumns.set(table, [...(uniqueColumns.get(table) ?? []), columns ?? []]);
  }
  const constraintTables = new Map<string, readonly string[]>();
  for (const { constraint, table } of [
    ...constraints.rows,
    ...indexes.rows.map(({ index, table }) => ({ constraint: index, table })),
  ]) {
    constraintTables.set(constraint, [...new Set([...(constraintTables.get(constraint) ?? []), table])]);
  }
  return {
    constraintTables,
    uniqueIndexes: new Set(plain.map((row) => row.index)),
    uniqueColumns,
    anyRowsConflict: new Set(indexes.rows.filter((row) => !row.plain).map((row) => row.table)),
    deferrable: new Set(indexes.rows.filter((row) => row.deferrable).map((row) => row.table)),
    opaqueTables: new Set(triggers.rows.filter((row) => opaque.has(row.function)).map((row) => row.table)),
    watched,
    isImmutable: (called) => immutable.get(called) ?? false,
    isOpaque: (called) => opaque.has(called),
  };
}
