/**
 * A schema object is a part of the schema as the database describes it: its kind, its name and its definition in SQL,
 * with no number of the catalogue in it. Two databases with the same objects have the same schema.
 */
import type pg from 'pg';
import { schemaColumns, type TableRows } from '../core/state.ts';
import { userObjects } from './catalog.ts';

export interface SchemaObject {
  /** Its kind and name: `table orders`, `column orders.total`. */
  readonly object: string;
  /** The table or view that it is a part of; null if it stands alone. */
  readonly partOf: string | null;
  readonly definition: string;
  /** SQL that drops it; null if it goes only with what it is a part of, or belongs to no schema. */
  readonly drop: string | null;
}

/** Kinds of objects that belong to a database or server, not to a schema. They are named, and never put back. */
const outside = ['extension', 'event trigger', 'publication', 'language', 'server', 'foreign-data wrapper'];

const name = `case when n.nspname = 'public' then '' else n.nspname || '.' end`;
const ownSchema = `n.nspname not in ('pg_catalog', 'information_schema', 'lockstep_probe')
  and n.nspname !~ '^pg_(toast|temp)'`;
const noMember = (catalog: string, oid: string): string =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;

/** Parts of a definition that are null are left out. Grants are part of it: reading them wrongly is a difference. */
const question = `
  with relation as (
    select c.oid as id, c.*, n.nspname, ${name} || c.relname as name, format('%I.%I', n.nspname, c.relname) as sql
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relpersistence <> 't' and n.nspname <> 'lockstep_probe' and ${userObjects})
  select object, "partOf", definition, "drop" from (
    select 0 as rank, 'table ' || r.name as object, 0 as place, null as "partOf",
      concat_ws(' ', case r.relpersistence when 'u' then 'unlogged' end, 'partition by ' || pg_get_partkeydef(r.id),
        pg_get_expr(r.relpartbound, r.id),
        'inherits ' || (select string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno)
          from pg_inherits i where i.inhrelid = r.id),
        case when r.relrowsecurity then 'row level security' end, case when r.relforcerowsecurity then 'forced' end,
        r.reloptions::text, r.relacl::text) as definition,
      'drop table if exists ' || r.sql || ' cascade' as "drop"
    from relation r where r.relkind in ('r', 'p', 'f')
    union all
    select 1, case r.relkind when 'v' then 'view ' else 'materialised view ' end || r.name, 0, null,
      concat_ws(' ', pg_get_viewdef(r.id), r.reloptions::text, r.relacl::text),
      case r.relkind when 'v' then 'drop view if exists ' else 'drop materialized view if exists ' end || r.sql || ' cascade'
    from relation r where r.relkind in ('v', 'm')
    union all
    select 2, 'column ' || r.name || '.' || a.attname, a.attnum, r.name,
      concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        case a.attgenerated when '' then 'default ' else 'generated as ' end || pg_get_expr(d.adbin, d.adrelid),
        case a.attidentity when 'a' then 'identity always' when 'd' then 'identity' end,
        (select 'collate ' || l.collname from pg_collation l where l.oid = a.attcollation and l.collname <> 'default'),
        a.attacl::text), null
    from relation r join pg_attribute a on a.attrelid = r.id and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = r.id and d.adnum = a.attnum
    where r.relkind in ('r', 'p', 'f', 'c')
    union all
    select 3, 'constraint ' || k.conname || ' on ' || coalesce(r.name, k.contypid::regtype::text), 0,
      coalesce(r.name, k.contypid::regtype::text), pg_get_constraintdef(k.oid),
      'alter table if exists ' || r.sql || format(' drop constraint if exists %I cascade', k.conname)
    from pg_constraint k left join relation r on r.id = k.conrelid
      left join pg_type t on t.oid = k.contypid left join pg_namespace n on n.oid = t.typnamespace
    where k.contype not in ('n', 't') and (r.id is not null or (k.conrelid = 0 and ${ownSchema}))
    union all
    select 4, 'index ' || r.name, 0, t.name,
      concat_ws(' ', pg_get_indexdef(r.id), case when not x.indisvalid then 'invalid' end, r.reloptions::text),
      'drop index if exists ' || r.sql || ' cascade'
    from relation r join pg_index x on x.indexrelid = r.id join relation t on t.id = x.indrelid
    where not exists (select from pg_constraint k where k.conindid = r.id and k.contype in ('p', 'u', 'x'))
    union all
    select 5, 'sequence ' || r.name, 0, null,
      concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
        case when s.seqcycle then 'cycle' end, r.relacl::text), 'drop sequence if exists ' || r.sql || ' cascade'
    from relation r join pg_sequence s on s.seqrelid = r.id
    union all
    select 6, 'trigger ' || g.tgname || ' on ' || r.name, 0, r.name, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text,
      format('drop trigger if exists %I on ', g.tgname) || r.sql || ' cascade'
    from pg_trigger g join relation r on r.id = g.tgrelid where not g.tgisinternal and g.tgname <> 'zzz_lockstep_probe'
    union all
    select 7, 'rule ' || w.rulename || ' on ' || r.name, 0, r.name, pg_get_ruledef(w.oid) || ' ' || w.ev_enabled::text,
      format('drop rule if exists %I on ', w.rulename) || r.sql || ' cascade'
    from pg_rewrite w join relation r on r.id = w.ev_class where w.rulename <> '_RETURN'
    union all
    select 8, 'policy ' || p.polname || ' on ' || r.name, 0, r.name,
      concat_ws(' ', p.polcmd, p.polpermissive, (select string_agg(o::regrole::text, ',') from unnest(p.polroles) o where o <> 0),
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
      format('drop policy if exists %I on ', p.polname) || r.sql
    from pg_policy p join relation r on r.id = p.polrelid
    union all
    select 9, case p.prokind when 'p' then 'procedure ' else 'function ' end || ${name} || p.proname ||
      '(' || pg_get_function_identity_arguments(p.oid) || ')', 0, null,
      concat_ws(' ', case when p.prokind = 'a' then pg_get_function_result(p.oid) else pg_get_functiondef(p.oid) end,
        p.proacl::text),
      format('drop routine if exists %I.%I(%s) cascade', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${ownSchema} and ${noMember('pg_proc', 'p.oid')}
    union all
    select 10, 'type ' || ${name} || t.typname, 0, null,
      concat_ws(' ', (select 'enum ' || string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
        'domain ' || format_type(nullif(t.typbasetype, 0), t.typtypmod), case when t.typnotnull then 'not null' end,
        'default ' || t.typdefault,
        (select 'range of ' || r.rngsubtype::regtype::text from pg_range r where r.rngtypid = t.oid), t.typacl::text),
      format('drop type if exists %I.%I cascade', n.nspname, t.typname)
    from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
    where (t.typtype in ('e', 'd', 'r') or c.relkind = 'c') and ${ownSchema} and ${noMember('pg_type', 't.oid')}
    union all
    select 11, 'statistics ' || ${name} || s.stxname, 0, null, pg_get_statisticsobjdef(s.oid),
      format('drop statistics if exists %I.%I', n.nspname, s.stxname)
    from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
    union all
    select 12, 'schema ' || n.nspname, 0, null, coalesce(n.nspacl::text, ''),
      format('drop schema if exists %I cascade', n.nspname)
    from pg_namespace n where ${ownSchema}
    union all
    select 13, i.type || ' ' || i.identity, 0, null, '', null
    from (select 'pg_operator'::regclass as class, oid from pg_operator union all
      select 'pg_opclass'::regclass, oid from pg_opclass union all
      select 'pg_cast'::regclass, oid from pg_cast union all
      select 'pg_collation'::regclass, oid from pg_collation union all
      select 'pg_conversion'::regclass, oid from pg_conversion union all
      select 'pg_ts_config'::regclass, oid from pg_ts_config union all
      select 'pg_ts_dict'::regclass, oid from pg_ts_dict union all
      select 'pg_language'::regclass, oid from pg_language union all
      select 'pg_extension'::regclass, oid from pg_extension union all
      select 'pg_event_trigger'::regclass, oid from pg_event_trigger union all
      select 'pg_publication'::regclass, oid from pg_publication union all
      select 'pg_foreign_data_wrapper'::regclass, oid from pg_foreign_data_wrapper union all
      select 'pg_foreign_server'::regclass, oid from pg_foreign_server) o,
      pg_identify_object(o.class, o.oid, 0) i
    where o.oid >= 16384
    union all
    select 14, 'default privileges for ' || a.defaclrole::regrole::text || ' ' || a.defaclobjtype::text, 0, null,
      concat_ws(' ', n.nspname, a.defaclacl::text), null
    from pg_default_acl a left join pg_namespace n on n.oid = a.defaclnamespace
    union all
    select 15, 'comment on ' || i.type || ' ' || i.identity, 0, null, m.description, null
    from pg_description m, pg_identify_object(m.classoid, m.objoid, m.objsubid) i
    where (m.objoid >= 16384 or m.classoid = 'pg_namespace'::regclass)
      and not (m.classoid = 'pg_class'::regclass and m.objoid not in (select id from relation))
  ) as everything order by rank, "partOf" collate "C", place, object collate "C", definition collate "C"`;

/** @param admin a client with nothing open; no other transaction may have an open change of the schema */
export async function readSchemaObjects(admin: pg.Client): Promise<readonly SchemaObject[]> {
  const { rows } = await admin.query<SchemaObject>({ name: 'schema objects', text: question });
  return rows;
}

/** How one schema differs from another. */
export interface SchemaDifference {
  readonly added: readonly SchemaObject[];
  readonly altered: readonly SchemaObject[];
  readonly missing: readonly SchemaObject[];
}

export function schemaDifference(
  base: readonly SchemaObject[],
  now: readonly SchemaObject[],
): SchemaDifference {
  const before = new Map(base.map((each) => [each.object, each]));
  const after = new Set(now.map(({ object }) => object));
  return {
    added: now.filter(({ object }) => !before.has(object)),
    altered: now.filter(({ object, definition }) => {
      const old = before.get(object);
      return old !== undefined && old.definition !== definition;
    }),
    missing: base.filter(({ object }) => !after.has(object)),
  };
}

/** Objects of kinds that are not put back. */
export function outsideSchemas({ added, altered, missing }: SchemaDifference): readonly string[] {
  return [...added, ...altered, ...missing]
    .map(({ object }) => object)
    .filter((object) => outside.some((kind) => object.startsWith(`${kind} `)));
}

/** As a part of a state, so that it is compared and shown like rows. Parts of a table that is gone need no line. */
export function differenceRows({ added, altered, missing }: SchemaDifference): TableRows {
  const gone = new Set(missing.map(({ object }) => object));
  const isGone = ({ partOf }: SchemaObject): boolean =>
    partOf !== null && [`table ${partOf}`, `view ${partOf}`].some((object) => gone.has(object));
  return {
    columns: schemaColumns,
    rows: [
      ...added.map(({ object, definition }) => [object, 'added', definition]),
      ...altered.map(({ object, definition }) => [object, 'altered', definition]),
      ...missing.filter((each) => !isGone(each)).map(({ object }) => [object, 'dropped', null]),
    ],
  };
}
