/** Facts about a schema and the server's functions that decide what a plan touches. Read once per database. */
import type pg from 'pg';
import { readFunctionFacts, type FunctionFacts } from './function-facts.ts';
import type { Keys } from './placement.ts';

export interface SchemaFacts extends Keys, FunctionFacts {
  /** Columns of the unique indexes of each table. */
  readonly uniqueColumns: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Of these, the columns that a foreign key could refer to: a key over all rows, never deferred. */
  readonly keyColumns: ReadonlyMap<string, readonly (readonly string[])[]>;
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
  /** The tables that hold a partitioned table's rows; none for a view, which a plan writes only by way of its triggers. */
  readonly storedIn: ReadonlyMap<string, readonly string[]>;
  /** By partition: the partitioned table at the top, which statements name. */
  readonly partitionOf: ReadonlyMap<string, string>;
  /** Sequences and foreign tables, whose changes nothing reports. */
  readonly unreported: ReadonlySet<string>;
}

const name = `case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end`;

/** The columns of a key; those that the index only includes come after them. */
const inKey = `a.attrelid = c.oid and a.attnum in (
  select u.number from unnest(x.indkey::int2[]) with ordinality as u(number, place) where u.place <= x.indnkeyatts)`;

interface IndexRow {
  readonly table: string;
  readonly index: string;
  readonly columns: string[] | null;
  /** Nothing but columns, compared by their values. */
  readonly plain: boolean;
  /** Only over some rows. */
  readonly partial: boolean;
  /** A column can be null. */
  readonly nullable: boolean;
  readonly deferrable: boolean;
}

export async function readSchemaFacts(admin: pg.Client, watched: ReadonlySet<string>): Promise<SchemaFacts> {
  const indexes = await admin.query<IndexRow>(`
    select ${name} as table, i.relname as index, not x.indimmediate as deferrable,
      x.indexprs is null and not x.indisexclusion
      and coalesce(to_jsonb(x)->>'indnullsnotdistinct', 'false') = 'false' and not exists (
        select from pg_attribute a join pg_type t on t.oid = a.atttypid
          left join pg_collation l on l.oid = a.attcollation
        where ${inKey} and (t.typname = 'citext' or not l.collisdeterministic)) as plain,
      x.indpred is not null as partial, exists (
        select from pg_attribute a where ${inKey} and not a.attnotnull) as nullable,
      (select json_agg(a.attname order by a.attnum) from pg_attribute a where ${inKey}) as columns
    from pg_index x join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class i on i.oid = x.indexrelid
    where x.indisunique or x.indisexclusion`);
  const functions = await readFunctionFacts(admin);
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

  const plain = indexes.rows.filter((row) => row.plain && row.columns !== null);
  const whole = plain.filter(({ partial, nullable }) => !partial && !nullable);
  const constraintTables = new Map<string, readonly string[]>();
  for (const { constraint, table } of [
    ...constraints.rows,
    ...indexes.rows.map(({ index, table }) => ({ constraint: index, table })),
  ]) {
    constraintTables.set(constraint, [...new Set([...(constraintTables.get(constraint) ?? []), table])]);
  }
  return {
    ...functions,
    ...(await readKinds(admin)),
    constraintTables,
    wholeIndexes: new Set(whole.map((row) => row.index)),
    wholeKeys: columnsByTable(whole),
    uniqueColumns: columnsByTable(plain),
    keyColumns: columnsByTable(plain.filter(({ partial, deferrable }) => !partial && !deferrable)),
    anyRowsConflict: new Set(indexes.rows.filter((row) => !row.plain).map((row) => row.table)),
    deferrable: new Set(indexes.rows.filter((row) => row.deferrable).map((row) => row.table)),
    opaqueTables: new Set(
      triggers.rows.filter((row) => functions.isOpaque(row.function)).map((row) => row.table),
    ),
    watched,
  };
}

function columnsByTable(indexes: readonly IndexRow[]): ReadonlyMap<string, readonly (readonly string[])[]> {
  const columnsOf = new Map<string, (readonly string[])[]>();
  for (const { table, columns } of indexes)
    columnsOf.set(table, [...(columnsOf.get(table) ?? []), columns ?? []]);
  return columnsOf;
}

/** What is no plain table, by its kind. */
async function readKinds(
  admin: pg.Client,
): Promise<Pick<SchemaFacts, 'storedIn' | 'partitionOf' | 'unreported'>> {
  const { rows } = await admin.query<{ name: string; kind: string; top: boolean; parts: string[] | null }>(`
    select ${name} as name, c.relkind as kind, c.relkind = 'p' and not c.relispartition as top,
      (with recursive part as (
         select inhrelid as oid from pg_inherits where inhparent = c.oid
         union all select i.inhrelid from pg_inherits i join part on part.oid = i.inhparent)
       select json_agg(x.name) from (
         select ${name} as name from part join pg_class c on c.oid = part.oid and c.relkind <> 'p'
           join pg_namespace n on n.oid = c.relnamespace) x) as parts
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('p', 'v', 'S', 'f') and n.nspname not in ('pg_catalog', 'information_schema')`);
  const stored = rows.filter(({ kind }) => kind === 'p' || kind === 'v');
  return {
    storedIn: new Map(stored.map((row) => [row.name, row.parts ?? []])),
    partitionOf: new Map(
      stored.flatMap((row) =>
        row.top ? (row.parts ?? []).map((part): [string, string] => [part, row.name]) : [],
      ),
    ),
    unreported: new Set(rows.filter((row) => !stored.includes(row)).map((row) => row.name)),
  };
}
