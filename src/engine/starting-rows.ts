/** Inserts a scenario's starting rows on top of what the schema made. */
import pg from 'pg';
import { Fault, messageOf } from '../core/fault.ts';
import type { Rows } from '../core/model.ts';
import type { Capabilities } from '../driver/contract.ts';
import type { Catalog, Table } from './catalog.ts';
import { inOne } from './loading.ts';
import { referencedFirst } from './reference-order.ts';
import { silence } from './silence.ts';

/**
 * Foreign keys are checked, as they would be in production. No trigger or rule of the schema reacts: the rows stay as
 * given.
 *
 * @throws Fault `bad-rows` when Postgres refuses them, or a table is unknown
 */
export async function insertStartingRows(
  admin: pg.Client,
  capabilities: Capabilities,
  catalog: Catalog,
  rows: Rows,
): Promise<void> {
  const ordered = referencedFirst(Object.keys(rows).map((name) => tableNamed(catalog, name)));
  const filled = ordered.filter(({ name }) => (rows[name] ?? []).length > 0);
  // If foreign keys form a cycle, no order satisfies them, but one statement for all may.
  const cyclic = filled.some((table, index) =>
    table.references.some((target) => filled.findIndex(({ name }) => name === target) > index),
  );
  const { before, after } = silence(filled, 'origin');
  // ALTER TABLE runs as a replica, since an event trigger may react to it.
  const as = async (role: 'origin' | 'replica'): Promise<void> => {
    if (capabilities.replicaRole) await admin.query(`set local session_replication_role = ${role}`);
  };
  await admin.query('begin');
  try {
    await as('replica');
    for (const statement of before) await admin.query(statement);
    await as('origin');
    for (const tables of cyclic ? [filled] : filled.map((table) => [table]))
      await insert(admin, tables, rows);
    await admin.query('set constraints all immediate');
    await as('replica');
    for (const statement of after) await admin.query(statement);
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback');
    throw error;
  }
}

function tableNamed(catalog: Catalog, name: string): Table {
  const table = catalog.tables.find((each) => each.name === name);
  if (table !== undefined) return table;
  throw new Fault(`the starting rows name a table "${name}" that the schema does not have`, {
    code: 'bad-rows',
    kind: 'usage',
    detail: `its tables are ${catalog.tables.map((each) => each.name).join(', ') || '(none)'}`,
  });
}

async function insert(admin: pg.Client, tables: readonly Table[], rows: Rows): Promise<void> {
  const writes = tables.map(({ sql, name }, index) => {
    const names = [...new Set((rows[name] ?? []).flatMap((row) => Object.keys(row)))];
    const columns = names.map((column) => pg.escapeIdentifier(column)).join(', ');
    return `insert into ${sql} (${columns}) overriding system value
      select ${columns} from json_populate_recordset(null::${sql}, $${index + 1})`;
  });
  await faultIfRefused(tables, () =>
    admin.query(
      inOne(writes).join(),
      tables.map(({ name }) => JSON.stringify(rows[name])),
    ),
  );
}

/** Turns Postgres's refusal of rows into a fault that names their tables. */
async function faultIfRefused(tables: readonly Table[], work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    const names = tables.map(({ name }) => `"${name}"`);
    const which = names.length === 1 ? `table ${names.join()}` : `tables ${names.join(', ')}`;
    throw new Fault(`the starting rows of ${which} do not fit the schema`, {
      code: 'bad-rows',
      kind: 'usage',
      detail: messageOf(error),
      cause: error,
    });
  }
}
