/** Inserts a scenario's starting rows on top of what the schema made. */
import pg from 'pg';
import { Fault, messageOf } from '../core/fault.ts';
import type { Row, Rows } from '../core/model.ts';
import type { Capabilities } from '../driver/contract.ts';
import type { Catalog, Table } from './catalog.ts';
import { referencedFirst } from './reference-order.ts';

/**
 * Foreign keys are checked, as they would be in production, and triggers do not fire: the rows are what they say.
 *
 * @throws Fault `bad-rows` when Postgres refuses them, or a table is unknown
 */
export async function insertStartingRows(
  admin: pg.Client,
  capabilities: Capabilities,
  catalog: Catalog,
  rows: Rows,
): Promise<void> {
  const ordered = referencedFirst(Object.keys(rows).map((name) => named(catalog, name)));
  // Where foreign keys form a cycle no order could satisfy them.
  const cyclic = ordered.some((table, index) =>
    table.references.some((target) => ordered.findIndex(({ name }) => name === target) > index),
  );
  const triggers = ordered.filter((table) => table.hasTriggers);
  await admin.query('begin');
  try {
    if (capabilities.replicaRole) {
      await admin.query(`set local session_replication_role = ${cyclic ? 'replica' : 'origin'}`);
    }
    for (const { sql } of triggers) await admin.query(`alter table ${sql} disable trigger user`);
    for (const table of ordered) await insert(admin, table, rows[table.name] ?? []);
    for (const { sql } of triggers) await admin.query(`alter table ${sql} enable trigger user`);
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback');
    throw error;
  }
}

function named(catalog: Catalog, name: string): Table {
  const table = catalog.tables.find((each) => each.name === name);
  if (table !== undefined) return table;
  throw new Fault(`the starting rows name a table "${name}" that the schema does not have`, {
    code: 'bad-rows',
    kind: 'usage',
    detail: `its tables are ${catalog.tables.map((each) => each.name).join(', ') || '(none)'}`,
  });
}

async function insert(admin: pg.Client, table: Table, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => pg.escapeIdentifier(name)).join(', ');
  try {
    await admin.query(
      `insert into ${table.sql} (${columns}) overriding system value
       select ${columns} from json_populate_recordset(null::${table.sql}, $1)`,
      [JSON.stringify(rows)],
    );
  } catch (error) {
    throw new Fault(`the starting rows of table "${table.name}" do not fit the schema`, {
      code: 'bad-rows',
      kind: 'usage',
      detail: messageOf(error),
      cause: error,
    });
  }
}
