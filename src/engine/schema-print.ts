/** A fingerprint of the schema: quick to ask for, and different after every change, even one that was taken back. */
import type pg from 'pg';

/**
 * Truncating, analysing and reindexing do not change it, nor does defining a function or view again as it was. Numbers of
 * the catalogue are part of it: a table that was dropped and made again is another one, which the engine must notice.
 */
const fingerprint = `
  with relation as (
    select * from pg_class where oid >= 16384 and relpersistence <> 't' and relkind <> 't'),
  space as (
    select oid, nspname, nspacl from pg_namespace where nspname !~ '^pg_(toast|temp)')
  select md5(concat(
    (select string_agg(concat_ws(' ', oid, nspname, nspacl), ',' order by oid) from space),
    (select string_agg(concat_ws(' ', oid, relname, relnamespace, relkind, relpersistence, relchecks, relrowsecurity,
      relforcerowsecurity, reloptions, relacl), ',' order by oid) from relation),
    (select string_agg(concat_ws(' ', attrelid, attname, atttypid, atttypmod, attnotnull, attisdropped, atthasdef,
      attidentity, attgenerated, attacl), ',' order by attrelid, attnum)
      from pg_attribute join relation on relation.oid = attrelid where attnum > 0),
    (select string_agg(concat_ws(' ', oid, adrelid, md5(adbin::text)), ',' order by oid) from pg_attrdef
      where adrelid in (select oid from relation)),
    (select string_agg(concat_ws(' ', oid, conname, conrelid, convalidated, condeferrable, condeferred), ',' order by oid)
      from pg_constraint where oid >= 16384 and (conrelid = 0 or conrelid in (select oid from relation))),
    (select string_agg(concat_ws(' ', indexrelid, indisvalid), ',' order by indexrelid) from pg_index
      where indexrelid in (select oid from relation)),
    (select string_agg(concat_ws(' ', inhrelid, inhparent), ',' order by inhrelid, inhparent) from pg_inherits),
    (select string_agg(concat_ws(' ', seqrelid, seqtypid, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle), ','
      order by seqrelid) from pg_sequence where seqrelid in (select oid from relation)),
    (select string_agg(concat_ws(' ', oid, proname, pronamespace, prorettype, proargtypes, provolatile, proacl,
      md5(prosrc)), ',' order by oid) from pg_proc where oid >= 16384 and pronamespace in (select oid from space)),
    (select string_agg(concat_ws(' ', ev_class, rulename, ev_enabled, md5(ev_action::text)), ',' order by ev_class, rulename)
      from pg_rewrite where ev_class in (select oid from relation)),
    (select string_agg(concat_ws(' ', oid, tgname, tgfoid, tgtype, tgenabled), ',' order by oid) from pg_trigger
      where oid >= 16384 and tgrelid in (select oid from relation)),
    (select string_agg(concat_ws(' ', oid, polname, md5(concat(polqual, polwithcheck))), ',' order by oid) from pg_policy),
    (select string_agg(concat_ws(' ', oid, typname, typnotnull, typdefault, typacl), ',' order by oid) from pg_type
      where oid >= 16384 and typtype in ('d', 'e', 'r') and typnamespace in (select oid from space)),
    (select string_agg(concat_ws(' ', oid, enumlabel, enumsortorder), ',' order by oid) from pg_enum),
    (select string_agg(concat_ws(' ', oid, extname, extversion), ',' order by oid) from pg_extension),
    (select string_agg(concat_ws(' ', oid, stxname), ',' order by oid) from pg_statistic_ext),
    (select string_agg(concat_ws(' ', oid, evtname, evtenabled), ',' order by oid) from pg_event_trigger),
    (select string_agg(oid::text, ',' order by oid) from (select oid from pg_operator union all select oid from pg_cast
      union all select oid from pg_collation union all select oid from pg_publication union all select oid from pg_ts_config
      union all select oid from pg_foreign_server union all select oid from pg_opclass) other where oid >= 16384),
    (select string_agg(concat_ws(' ', oid, defaclacl), ',' order by oid) from pg_default_acl),
    (select string_agg(concat_ws(' ', classoid, objoid, objsubid, md5(description)), ',' order by classoid, objoid, objsubid)
      from pg_description where (objoid >= 16384 or classoid = 'pg_namespace'::regclass)
        and not (classoid = 'pg_class'::regclass and objoid not in (select oid from relation))))) as print`;

export async function readSchemaPrint(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query<{ readonly print: string }>({ name: 'schema print', text: fingerprint });
  return rows[0]?.print ?? '';
}

/**
 * Whether a function of the schema may change it. Its statements show in no text that an operation sends; `into` is an
 * assignment in plpgsql.
 */
export async function functionsDefine(admin: pg.Client): Promise<boolean> {
  const { rows } = await admin.query<{ readonly any: boolean }>(`
    select exists (select from pg_proc p join pg_language l on l.oid = p.prolang
      join pg_namespace n on n.oid = p.pronamespace
      where p.oid >= 16384 and n.nspname <> 'lockstep_probe'
        and (to_jsonb(p)->>'prosqlbody') is null and l.lanname not in ('c', 'internal')
        and (l.lanname not in ('sql', 'plpgsql')
          or regexp_replace(p.prosrc, 'insert\\s+into', '', 'gi') ~* (case l.lanname when 'sql' then '\\minto\\M|' else '' end
            || '\\m(create|alter|drop|execute|grant|revoke|comment)\\M'))) as any`);
  return rows[0]?.any ?? true;
}
