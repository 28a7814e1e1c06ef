/**
 * Materialised views are state that only REFRESH can write: a view's rows depend on the rows that its tables had at the
 * last refresh. To restore a view, the tables are put into the first state in which the view had these rows, since a
 * view is first seen after a refresh; then it is refreshed and compared. A schema without materialised views costs
 * nothing.
 */
import pg from 'pg';
import { Fault } from '../core/fault.ts';
import type { DatabaseState, TableRows } from '../core/state.ts';

interface View {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly string[];
}

/** Stands for the rows of a view that cannot be read because it is not populated. */
const unpopulated: TableRows['rows'] = [['(not populated)']];

const raw = { getTypeParser: () => (value: string) => value } as never;

export class Views {
  readonly #admin: pg.Client;
  /** In the order in which they were made: those that others read come first. */
  readonly #views: readonly View[];
  readonly #firstSeen = new Map<string, DatabaseState>();

  private constructor(admin: pg.Client, views: readonly View[]) {
    this.#admin = admin;
    this.#views = views;
  }

  /** @param userObjects the condition that a class `c` in a namespace `n` is the user's */
  static async read(admin: pg.Client, userObjects: string): Promise<Views> {
    const { rows } = await admin.query<{ schema: string; view: string; columns: string[] }>(`
      select n.nspname as schema, c.relname as view,
        (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'm' and ${userObjects} order by c.oid`);
    return new Views(
      admin,
      rows.map(({ schema, view, columns }) => ({
        name: schema === 'public' ? view : `${schema}.${view}`,
        sql: `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(view)}`,
        columns,
      })),
    );
  }

  get none(): boolean {
    return this.#views.length === 0;
  }

  /** Refreshes populated views, so that an execution does not begin with views of other rows. */
  async refresh(): Promise<void> {
    for (const view of this.#views) {
      if (await this.#isPopulated(view)) await this.#admin.query(`refresh materialized view ${view.sql}`);
    }
  }

  /** The state of the tables, with the rows of the views. */
  async addTo(state: DatabaseState): Promise<DatabaseState> {
    const views: [string, TableRows][] = [];
    for (const view of this.#views) {
      const rows = await this.#rowsOf(view);
      views.push([view.name, { columns: view.columns, rows }]);
    }
    const whole = { ...state, tables: { ...state.tables, ...Object.fromEntries(views) } };
    for (const [name, { rows }] of views) {
      const key = keyOf(name, rows);
      if (!this.#firstSeen.has(key)) this.#firstSeen.set(key, whole);
    }
    return whole;
  }

  /**
   * Restores the views of a state. The tables are left in some other state.
   *
   * @param loadTables puts the tables into a state
   * @throws Fault `view-not-restored`
   */
  async putBack(
    known: DatabaseState,
    wanted: DatabaseState,
    loadTables: (state: DatabaseState) => Promise<void>,
  ): Promise<void> {
    const rowsIn = (state: DatabaseState, { name }: View): TableRows['rows'] =>
      state.tables[name]?.rows ?? [];
    const stale = this.#views.filter(
      (view) => keyOf(view.name, rowsIn(known, view)) !== keyOf(view.name, rowsIn(wanted, view)),
    );
    for (const view of stale) {
      const rows = rowsIn(wanted, view);
      if (rows[0]?.[0] === unpopulated[0]?.[0]) {
        await this.#admin.query(`refresh materialized view ${view.sql} with no data`);
        continue;
      }
      await loadTables(this.#firstSeen.get(keyOf(view.name, rows)) ?? wanted);
      await this.#admin.query(`refresh materialized view ${view.sql}`);
      if (keyOf(view.name, await this.#rowsOf(view)) !== keyOf(view.name, rows)) throw notRestoredFault(view);
    }
  }

  async #rowsOf(view: View): Promise<TableRows['rows']> {
    if (!(await this.#isPopulated(view))) return unpopulated;
    const columns = view.columns.map((column) => pg.escapeIdentifier(column)).join(', ');
    const text = `select ${columns} from ${view.sql}`;
    const { rows } = await this.#admin.query<(string | null)[]>({ text, rowMode: 'array', types: raw });
    return rows;
  }

  async #isPopulated({ sql }: View): Promise<boolean> {
    const { rows } = await this.#admin.query<{ relispopulated: boolean }>(
      'select relispopulated from pg_class where oid = $1::regclass',
      [sql],
    );
    return rows[0]?.relispopulated === true;
  }
}

/** REFRESH decides the order of rows, and nobody can rely on it. */
function keyOf(name: string, rows: TableRows['rows']): string {
  return JSON.stringify([name, rows.map((row) => JSON.stringify(row)).toSorted()]);
}

function notRestoredFault({ name }: View): Fault {
  return new Fault(`the materialised view ${name} cannot be put back to what it was`, {
    code: 'view-not-restored',
    kind: 'usage',
    detail:
      'refreshing it gives other rows than it had, in every state of the tables that was seen with these rows',
    hint: 'refresh it as the last thing that an operation writes, and let its query read no clock, random numbers or sequences',
  });
}
