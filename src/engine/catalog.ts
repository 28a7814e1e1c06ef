/**
 * The catalog is the schema as the database reports it: tables, columns, sequences and sources of generated values. It
 * is read once per database, after the schema was made.
 */
import pg from 'pg';
import { valueSourceOf, type ValueSource } from './value-source.ts';
import { readSequences, type Sequence } from './sequences.ts';
import { readReactions, type Reaction } from './silence.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly generated: ValueSource | undefined;
}

export interface Table {
  /** As the model names it: without `public.`. */
  readonly name: string;
  /** Quoted and qualified, for use in SQL. */
  readonly sql: string;
  /** Stored columns in order; columns computed by the database are left out. */
  readonly columns: readonly Column[];
  /** Tables that this one references. */
  readonly references: readonly string[];
  /** Triggers, rules and row-level security that act when rows are written. */
  readonly reactions: readonly Reaction[];
  /** The partitioned table at the top, for use in SQL; undefined if this is no partition. */
  readonly root: string | undefined;
}

/** A partitioned table, which holds no rows itself: its partitions are tables. */
export interface Partitioned extends Pick<Table, 'name' | 'sql' | 'reactions'> {
  readonly partitions: readonly Table[];
}

export interface Catalog {
  /** Those that hold rows. */
  readonly tables: readonly Table[];
  /** At the top: none of them is a partition. */
  readonly partitioned: readonly Partitioned[];
  readonly sequences: readonly Sequence[];
  /** Whether something may be checked at the end of a transaction (deferrable constraints and triggers). */
  readonly deferrable: boolean;
}

/** The condition that a class `c` in a namespace `n` is the user's. */
export const userObjects = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

interface ColumnRow {
  readonly oid: string;
  readonly attnum: number;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly category: string;
  readonly identity: boolean;
  readonly default: string | null;
  readonly root: string | null;
}

/**
 * @param admin a client with nothing open
 * @param declared columns that the model calls generated, by table
 */
export async function readCatalog(
  admin: pg.Client,
  declared: Readonly<Record<string, readonly string[]>> = {},
): Promise<Catalog> {
  const columns = await admin.query<ColumnRow>(`
    select c.oid::text, a.attnum, n.nspname as schema, c.relname as table, a.attname as column,
      format_type(a.atttypid, a.atttypmod) as type, t.typcategory as category, a.attidentity <> '' as identity,
      pg_get_expr(d.adbin, d.adrelid) as default,
      (select format('%I.%I', m.nspname, r.relname) from pg_class r join pg_namespace m on m.oid = r.relnamespace
        where c.relispartition and r.oid = pg_partition_root(c.oid)) as root
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      left join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind = 'r' and ${userObjects}
    order by n.nspname, c.relname, a.attnum`);
  const keys = await admin.query<{ table: string; column: string; target: string; targetColumn: string }>(`
    select k.conrelid::text as table, a.attname as column, k.confrelid::text as target, b.attname as "targetColumn"
    from pg_constraint k, unnest(k.conkey, k.confkey) as u(x, y), pg_attribute a, pg_attribute b
    where k.contype = 'f' and a.attrelid = k.conrelid and a.attnum = u.x and b.attrelid = k.confrelid and b.attnum = u.y`);

  const reactions = await readReactions(admin);

  const names = new Map<string, string>();
  const generated = new Map<string, ValueSource>();
  for (const row of columns.rows) {
    const name = nameOf(row.schema, row.table);
    names.set(row.oid, name);
    const kind = row.column === null ? undefined : await valueSourceOf(admin, row);
    if (kind !== undefined) generated.set(`${row.oid}.${row.column}`, kind);
    else if (declared[name]?.includes(row.column)) {
      const clock = row.category === 'D';
      generated.set(`${row.oid}.${row.column}`, clock ? 'clock' : 'drawn');
    }
  }
  // A column that references a generated one holds the same values; chains of references need several rounds.
  for (let grew = true; grew;) {
    grew = false;
    for (const { table, column, target, targetColumn } of keys.rows) {
      const kind = generated.get(`${target}.${targetColumn}`);
      if (kind === undefined || generated.has(`${table}.${column}`)) continue;
      generated.set(`${table}.${column}`, kind);
      grew = true;
    }
  }

  const tables = [...names].map(([oid, name]): Table => {
    const rows = columns.rows.filter((row) => row.oid === oid);
    const first = rows[0];
    if (first === undefined) throw new Error(`table ${name} has no catalog row`);
    const targets = keys.rows.filter((key) => key.table === oid).map((key) => names.get(key.target));
    return {
      name,
      sql: sqlOf(first.schema, first.table),
      columns: rows
        .filter((row) => row.column !== null)
        .map((row) => ({
          name: row.column,
          type: row.type,
          generated: generated.get(`${oid}.${row.column}`),
        })),
      references: targets.filter((target): target is string => target !== undefined && target !== name),
      reactions: reactions.get(oid) ?? [],
      root: first.root ?? undefined,
    };
  });
  const deferrable = await admin.query<{ any: boolean }>(
    'select exists (select from pg_constraint where condeferrable) or exists (select from pg_trigger where tgdeferrable) as any',
  );
  const parents = await admin.query<{ oid: string; schema: string; table: string; root: string }>(`
    select c.oid::text, n.nspname as schema, c.relname as table, format('%I.%I', n.nspname, c.relname) as root
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'p' and not c.relispartition and ${userObjects}`);
  const partitioned = parents.rows.map(({ oid, schema, table, root }) => ({
    name: nameOf(schema, table),
    sql: sqlOf(schema, table),
    reactions: reactions.get(oid) ?? [],
    partitions: tables.filter((each) => each.root === root),
  }));
  return {
    tables,
    partitioned,
    sequences: await readSequences(admin, userObjects),
    deferrable: deferrable.rows[0]?.any ?? true,
  };
}

/** As the model names it. */
function nameOf(schema: string, table: string): string {
  return schema === 'public' ? table : `${schema}.${table}`;
}

function sqlOf(schema: string, table: string): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;
}
