/**
 * A pristine database cannot be distinguished from a newly booted one. PGlite has one database and takes seconds to
 * boot, so a dropped database is cleaned and used again, and a check notices anything that the cleaning missed.
 *
 * Two things are not undone, since nothing can depend on them: object ids and transaction ids go on counting, and the
 * catalogs keep dead rows. Measured: cleaning and checking take about 15 ms, a boot 1.5 to 4 s, loading a dump 0.7 s.
 */

/** The part of PGlite that cleaning needs. */
export interface SqlEngine {
  exec(sql: string): Promise<unknown>;
  query<Row>(sql: string): Promise<{ rows: Row[] }>;
}

/**
 * Objects that are not from `initdb` have ids from 16384 (FirstNormalObjectId). `public` is made again as `initdb`
 * makes it, which removes all its objects and grants.
 */
const clean = `
do $$
declare
  name text;
begin
  for name in select evtname from pg_event_trigger loop
    execute format('drop event trigger %I cascade', name);
  end loop;
  for name in select extname from pg_extension where oid >= 16384 loop
    execute format('drop extension if exists %I cascade', name);
  end loop;
  for name in select nspname from pg_namespace
    where (oid >= 16384 and nspname !~ '^pg_(toast_)?temp_') or nspname = 'public'
  loop
    execute format('drop schema if exists %I cascade', name);
  end loop;
  create schema public authorization pg_database_owner;
  grant usage on schema public to public;
  comment on schema public is 'standard public schema';
  for name in select pubname from pg_publication loop
    execute format('drop publication %I', name);
  end loop;
  for name in select fdwname from pg_foreign_data_wrapper where oid >= 16384 loop
    execute format('drop foreign data wrapper %I cascade', name);
  end loop;
  perform lo_unlink(oid) from pg_largeobject_metadata;
  for name in select rolname from pg_authid where oid >= 16384 loop
    execute format('drop owned by %I cascade', name);
    execute format('drop role %I', name);
  end loop;
  alter role all reset all;
  alter database postgres reset all;
end
$$`;

/** Tables whose rows are not objects: statistics of ANALYZE, and the notes of `initdb` for pg_dump. */
const notes = ['pg_statistic', 'pg_statistic_ext_data', 'pg_init_privs'];

/** A text that is the same for two databases with equal numbers of objects of every kind, rights and settings. */
async function fingerprint(db: SqlEngine): Promise<string> {
  const catalogs = await db.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r' order by 1`);
  const counts = catalogs.rows
    .filter(({ name }) => !notes.includes(name))
    .map(({ name }) => `select '${name}' as name, count(*)::text as value from pg_catalog.${name}`);
  // Settings with a dot appear when a library is loaded, and stay.
  const { rows } = await db.query<{ value: string }>(`
    select string_agg(name || '=' || coalesce(value, ''), e'\\n' order by name, value) as value from (
      ${counts.join(' union all ')}
      union all select 'schema ' || nspname, nspowner || ' ' || coalesce(nspacl::text, '') from pg_namespace
      union all select 'database', coalesce(datacl::text, '') from pg_database where datname = current_database()
      union all select 'setting ' || name, setting from pg_settings
        where context in ('user', 'superuser') and name not like '%.%'
    ) as facts`);
  return rows[0]?.value ?? '';
}

/**
 * Describes a newly booted database, to which {@link restore} returns. Undefined if cleaning would remove
 * objects that the boot made (an extension's own tables, for example), so that the database can be used only
 * once.
 */
export async function describePristine(db: SqlEngine): Promise<string | undefined> {
  // The first temporary table makes a schema that stays, so it is made now.
  await db.exec('create temp table pg_lockstep()');
  await db.exec('discard all');
  const booted = await fingerprint(db);
  await db.exec(clean);
  return (await fingerprint(db)) === booted ? booted : undefined;
}

/** Removes later objects, and returns whether the database is again as `pristine` describes it. */
export async function restore(db: SqlEngine, pristine: string | undefined): Promise<boolean> {
  if (pristine === undefined) return false;
  try {
    await db.exec('rollback');
    await db.exec('discard all');
    await db.exec(clean);
    return (await fingerprint(db)) === pristine;
  } catch {
    // An object that cannot be dropped this way is a reason to boot again, not a problem of the user.
    return false;
  }
}
