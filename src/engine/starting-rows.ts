/** Inserts a scenario's starting rows on top of what the schema made. */
import pg from 'pg';
import { Fault, messageOf } from '../core/fault.ts';
import type { Rows } from '../core/model.ts';
import type { Capabilities } from '../driver/contract.ts';
import type { Catalog, Partitioned, Table } from './catalog.ts';
import { inOne } from './loading.ts';
import { referencedFirst } from './reference-order.ts';
import { silence } from './silence.ts';

/** What rows are written into by one name: a table, or a partitioned one. */
interface Target extends Pick<Table, 'name' | 'sql' | 'references'> {
  /** It, and its partitions. */
  readonly written: readonly Pick<Table, 'sql' | 'reactions'>[];
}

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
  const ordered = referencedFirst(targetsNamed(catalog, Object.keys(rows)));
  const filled = ordered.filter(({ name }) => (rows[name] ?? []).length > 0);
  // If foreign keys form a cycle, no order satisfies them, but one statement for all may.
  const cyclic = filled.some((table, index) =>
    table.references.some((target) => filled.findIndex(({ name }) => name === target) > index),
  );
  const { before, after } = silence(
    filled.flatMap(({ written }) => written),
    'origin',
  );
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

function targetsNamed(catalog: Catalog, names: readonly string[]): readonly Target[] {
  const found = names.map((name) => tableNamed(catalog, name));
  // A reference to a partition is one to whatever is named here and holds it.
  const holders = new Map(
    found.flatMap((each) =>
      ('partitions' in each ? each.partitions : [each]).map(({ name }) => [name, each.name]),
    ),
  );
  return found.map((each): Target => {
    const parts = 'partitions' in each ? each.partitions : [];
    const own = 'partitions' in each ? parts : [each];
    const references = own.flatMap((table) => table.references.map((name) => holders.get(name) ?? name));
    const { name, sql } = each;
    return { name, sql, references: references.filter((other) => other !== name), written: [each, ...parts] };
  });
}

function tableNamed({ tables, partitioned }: Catalog, name: string): Table | Partitioned {
  const table = [...tables, ...partitioned].find((each) => each.name === name);
  if (table !== undefined) return table;
  const names = [...tables.filter(({ root }) => root === undefined), ...partitioned].map((each) => each.name);
  throw new Fault(`the starting rows name a table "${name}" that the schema does not have`, {
    code: 'bad-rows',
    kind: 'usage',
    detail: `its tables are ${names.toSorted().join(', ') || '(none)'}`,
  });
}

async function insert(admin: pg.Client, tables: readonly Target[], rows: Rows): Promise<void> {
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
async function faultIfRefused(tables: readonly Target[], work: () => Promise<unknown>): Promise<void> {
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
