/**
 * Large objects are state beside the tables. They are read once the schema or a statement has named one of Postgres's
 * functions for them, and cost nothing before.
 */
import type pg from 'pg';
import { largeObjects, type DatabaseState, type TableRows } from '../core/state.ts';

const columns = ['loid', 'data'];

const functions = /\blo_|\blo(?:creat|read|write)\b/i;

export function mayMakeLargeObjects(sql: string): boolean {
  return functions.test(sql);
}

/** What the database itself shows of large objects, as a text for {@link mayMakeLargeObjects}. */
export async function largeObjectText(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query<string[]>({
    text: `select prosrc from pg_proc where pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
           union all (select 'lo_create' from pg_largeobject_metadata limit 1)`,
    rowMode: 'array',
  });
  return rows.flat().join('\n');
}

export async function readLargeObjects(admin: pg.Client): Promise<TableRows> {
  const { rows } = await admin.query<(string | null)[]>({
    text: `select oid::text, encode(lo_get(oid), 'hex') from pg_largeobject_metadata order by oid`,
    rowMode: 'array',
  });
  return { columns, rows };
}

/** Restores the large objects of a state, with their numbers and contents. */
export async function putLargeObjectsBack(admin: pg.Client, wanted: DatabaseState): Promise<void> {
  const there = (await readLargeObjects(admin)).rows;
  const rows = wanted.tables[largeObjects]?.rows ?? [];
  const same = (a: TableRows['rows'][number], b: TableRows['rows'][number]): boolean =>
    a[0] === b[0] && a[1] === b[1];
  const gone = there.filter((one) => !rows.some((other) => same(one, other))).map(([oid]) => oid);
  const missing = rows.filter((one) => !there.some((other) => same(one, other)));
  if (gone.length > 0) await admin.query('select lo_unlink(oid) from unnest($1::oid[]) as oid', [gone]);
  for (const [oid, data] of missing)
    await admin.query(`select lo_from_bytea($1::oid, decode($2, 'hex'))`, [oid, data]);
}
