/**
 * Makes every table report the rows that are written to it: a trigger of ours sends each row to the client that wrote it.
 * Loading and resetting run as replica, so they do not fire it. Like everything, it is made only in our own databases.
 */
import pg from 'pg';
import { rowMessage } from '../driver/evidence.ts';

/**
 * Line breaks separate the parts, since JSON text holds none. It is one expression, since Postgres plans each expression
 * again after every DISCARD ALL.
 */
const reportingFunction = `
  create schema if not exists lockstep_probe;
  grant usage on schema lockstep_probe to public;
  create or replace function lockstep_probe.tell() returns trigger language plpgsql
    set timezone = 'UTC' set intervalstyle = 'postgres' set bytea_output = 'hex' set extra_float_digits = 1 as $$
  begin
    raise info e'${rowMessage}\\n%',
      pg_catalog.concat(tg_argv[0], e'\\n', pg_catalog.to_jsonb(old), e'\\n', pg_catalog.to_jsonb(new));
    return null;
  end $$;`;

interface WatchedTable {
  readonly name: string;
  /** Quoted and qualified. */
  readonly sql: string;
}

export async function watchRows(admin: pg.Client, tables: readonly WatchedTable[]): Promise<void> {
  const triggers = tables.map(
    ({ name, sql }) =>
      `create trigger zzz_lockstep_probe after insert or update or delete on ${sql}
         for each row execute function lockstep_probe.tell(${pg.escapeLiteral(JSON.stringify(name))});`,
  );
  await admin.query([reportingFunction, ...triggers].join('\n'));
}

/** A written row, as our trigger reports it. */
export interface WrittenRow {
  readonly table: string;
  /** JSON texts as Postgres prints them; undefined if there is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** @param text the message after its name */
export function readWrittenRow(text: string): WrittenRow {
  const [name = '', before, after] = text.split('\n');
  return { table: JSON.parse(name) as string, before: before || undefined, after: after || undefined };
}

/** All rows of the tables, in the same form. */
export async function readRows(
  admin: pg.Client,
  tables: readonly WatchedTable[],
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
