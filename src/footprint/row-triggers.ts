/**
 * Has every table tell the rows that are written to it: a trigger of ours sends each one to the client that wrote it.
 * Loading and resetting run as replica and do not fire it. Made in databases of our own only, as everything is.
 */
import pg from 'pg';
import { rowMessage } from '../driver/evidence.ts';

const teller = `
  create schema if not exists lockstep_probe;
  grant usage on schema lockstep_probe to public;
  create or replace function lockstep_probe.tell() returns trigger language plpgsql
    set timezone = 'UTC' set intervalstyle = 'postgres' set bytea_output = 'hex' set extra_float_digits = 1 as $$
  begin
    raise info using message = '${rowMessage}', detail = pg_catalog.jsonb_build_object(
      'table', case when tg_table_schema = 'public' then tg_table_name::text
                    else tg_table_schema || '.' || tg_table_name end,
      'before', case when tg_op <> 'INSERT' then pg_catalog.to_jsonb(old)::text end,
      'after', case when tg_op <> 'DELETE' then pg_catalog.to_jsonb(new)::text end)::text;
    return null;
  end $$;`;

/** @param tables quoted and qualified */
export async function watchRows(admin: pg.Client, tables: readonly string[]): Promise<void> {
  const triggers = tables.map(
    (table) =>
      `create trigger zzz_lockstep_probe after insert or update or delete on ${table}
         for each row execute function lockstep_probe.tell();`,
  );
  await admin.query([teller, ...triggers].join('\n'));
}

/** A row as our trigger tells it. */
export interface ToldRow {
  readonly table: string;
  /** JSON texts as Postgres prints them; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** All rows of the tables, in the same form. */
export async function readRows(
  admin: pg.Client,
  tables: readonly { readonly name: string; readonly sql: string }[],
): Promise<readonly (readonly [table: string, row: string])[]> {
  if (tables.length === 0) return [];
  const selects = tables.map(
    ({ name, sql }) => `select ${pg.escapeLiteral(name)}, to_jsonb(t)::text from only ${sql} t`,
  );
  const { rows } = await admin.query<[string, string]>({
    text: selects.join(' union all '),
    rowMode: 'array',
  } as never);
  return rows;
}
