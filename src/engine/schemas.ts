/**
 * The schemas of a lane's database: the one that the model makes, and those that operations leave. Each has a `Tables` of
 * its own, so that nothing which is known about one schema is used for another.
 *
 * The model's schema is put back in the quickest way that is sound: what was added is dropped again (1 ms); if that does
 * not give the very same schema, catalogue numbers included, the database is emptied and the model's schema runs again.
 */
import type pg from 'pg';
import { Fault } from '../core/fault.ts';
import { schemaTable, type DatabaseState, type Generation, type TableRows } from '../core/state.ts';
import type { Capabilities } from '../driver/contract.ts';
import { readCatalog, type Catalog } from './catalog.ts';
import {
  differenceRows,
  outsideSchemas,
  readSchemaObjects,
  schemaDifference,
  type SchemaDifference,
  type SchemaObject,
} from './schema-objects.ts';
import { functionsDefine, readSchemaPrint } from './schema-print.ts';
import { Tables } from './tables.ts';

/** Changed schemas whose tables are remembered; with more, their catalogues are read again. */
const maxKnown = 100;

/** A schema that operations left. */
interface ChangedSchema {
  readonly key: string;
  readonly change: TableRows;
  readonly tables: Tables;
}

export interface SchemaSite {
  readonly admin: pg.Client;
  readonly capabilities: Capabilities;
  /** Tables of the model's schema. */
  readonly tables: Tables;
  /** Columns that the model calls generated, by table. */
  readonly generated?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Describes the model's schema, whatever the database has now; undefined if that cannot be done later. */
  readonly description: (() => Promise<readonly SchemaObject[]>) | undefined;
  /** Empties the database and makes the model's schema again. */
  readonly remake: () => Promise<void>;
}

/** Equal keys mean equal schemas; the empty text is the model's. */
export function schemaKey(state: DatabaseState): string {
  const change = state.tables[schemaTable];
  return change === undefined ? '' : JSON.stringify(change.rows);
}

export class Schemas {
  /** Whether a function of the model may change the schema, so that texts of statements do not show it. */
  readonly functionsDefine: boolean;
  readonly #site: SchemaSite;
  /** Of the model's schema; undefined until it is needed. */
  #objects: readonly SchemaObject[] | undefined;
  /** Of the model's schema. */
  #print: string;
  /** Of the schema that is there now. */
  #seen: string;
  #difference: SchemaDifference = { added: [], altered: [], missing: [] };
  #changed: ChangedSchema | undefined;
  readonly #known = new Map<string, ChangedSchema>();
  /** Set once something was changed that cannot be put back: nothing that runs here afterwards can be judged. */
  #spoiled: unknown;

  private constructor(site: SchemaSite, print: string, define: boolean) {
    this.#site = site;
    this.#print = print;
    this.#seen = print;
    this.functionsDefine = define;
  }

  /** To be called when the database has the model's schema. */
  static async of(site: SchemaSite): Promise<Schemas> {
    const { admin } = site;
    const schemas = new Schemas(site, await readSchemaPrint(admin), await functionsDefine(admin));
    if (site.description === undefined) schemas.#objects = await readSchemaObjects(admin);
    return schemas;
  }

  /** The key of the schema that is there now. */
  get key(): string {
    return this.#changed?.key ?? '';
  }

  /** Whether the schema that is there now is that of a state. */
  has(state: DatabaseState): boolean {
    const key = schemaKey(state);
    return key === '' ? this.untouched : key === this.key;
  }

  /** Whether the database has the model's schema, untouched. */
  get untouched(): boolean {
    return this.#seen === this.#print && this.#spoiled === undefined;
  }

  /** Tables of the schema that is there now. */
  get tables(): Tables {
    return this.#changed?.tables ?? this.#site.tables;
  }

  /**
   * Finds out what the schema is now. No other transaction may be open.
   *
   * @param refusal the fault to throw for a change that is not put back
   */
  async look(refusal: (detail: string) => Fault): Promise<void> {
    const print = await readSchemaPrint(this.#site.admin);
    if (print === this.#seen) return;
    this.#seen = print;
    this.#changed = undefined;
    this.#difference = { added: [], altered: [], missing: [] };
    if (print === this.#print) return;
    const { admin, description } = this.#site;
    this.#objects ??= (await description?.()) ?? [];
    this.#difference = schemaDifference(this.#objects, await readSchemaObjects(admin));
    const [outside] = outsideSchemas(this.#difference);
    if (outside !== undefined) this.spoil(refusal(`it changes the ${outside}`));
    const change = differenceRows(this.#difference);
    if (change.rows.length > 0) this.#changed = await this.#changedBy(change);
    // Rows were written that it did not see.
    this.#changed?.tables.forget({ worn: true });
  }

  /** @throws the fault, now and whenever the schema is to be put back */
  spoil(fault: unknown): never {
    this.#spoiled = fault;
    throw fault;
  }

  async #changedBy(change: TableRows): Promise<ChangedSchema> {
    const key = JSON.stringify(change.rows);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { admin, capabilities, generated, tables: base } = this.#site;
    const tables = new Tables(admin, capabilities, await readCatalog(admin, generated));
    await tables.prepare(base);
    if (this.#known.size >= maxKnown) this.#known.clear();
    const changed = { key, change, tables };
    this.#known.set(key, changed);
    return changed;
  }

  /** Reads the state, with what is changed in the schema. */
  async dump(rowsWritten: number): Promise<DatabaseState> {
    const changed = this.#changed;
    if (changed === undefined) return this.#site.tables.dump(undefined, rowsWritten);
    const { tables, sequences } = await changed.tables.dump(undefined, rowsWritten);
    const made = madeColumns(this.#site.tables.catalog, changed.tables.catalog);
    const all = Object.entries(tables).map(([name, content]) => [name, { ...content, ...made.get(name) }]);
    return { tables: { ...Object.fromEntries(all), [schemaTable]: changed.change }, sequences };
  }

  /**
   * Makes the schema the model's again.
   *
   * @throws Fault `schema-changed` if something was changed that cannot be put back
   */
  async restore(): Promise<void> {
    if (this.#spoiled !== undefined) throw this.#spoiled;
    if (this.untouched) return;
    if (!(await this.#dropAdded())) await this.#makeAgain();
    this.#seen = this.#print;
    this.#changed = undefined;
    this.#site.tables.forget({ worn: true });
  }

  /** Whether dropping what was added gives the very same schema. */
  async #dropAdded(): Promise<boolean> {
    const { added, altered, missing } = this.#difference;
    if (added.length === 0 || altered.length + missing.length > 0) return false;
    const made = new Set(added.map(({ object }) => object));
    const whole = added.filter(({ partOf }) => partOf === null || !made.has(`table ${partOf}`));
    const drops = whole.flatMap(({ drop }) => drop ?? []);
    if (drops.length < whole.length) return false;
    const { admin } = this.#site;
    // What stands in the way is found by looking, not by the error.
    await admin.query(drops.join(';\n')).catch(() => {});
    return (await readSchemaPrint(admin)) === this.#print;
  }

  async #makeAgain(): Promise<void> {
    const { admin, remake } = this.#site;
    try {
      await remake();
    } catch (error) {
      this.spoil(notMadeAgainFault(error instanceof Error ? error.message : String(error), error));
    }
    this.#print = await readSchemaPrint(admin);
    const { added, altered, missing } = schemaDifference(this.#objects ?? [], await readSchemaObjects(admin));
    const [other] = [...added, ...altered, ...missing];
    if (other !== undefined) this.spoil(notMadeAgainFault(`the second time, it differs in ${other.object}`));
  }
}

/** Columns of a catalogue that another one lacks and whose values are generated, by table. */
function madeColumns(
  base: Catalog,
  { tables }: Catalog,
): ReadonlyMap<string, { readonly generated: Readonly<Record<string, Generation>> }> {
  const known = new Map(base.tables.map(({ name, columns }) => [name, columns.map((each) => each.name)]));
  const made = new Map<string, { readonly generated: Readonly<Record<string, Generation>> }>();
  for (const { name, columns } of tables) {
    const generated = columns.flatMap((column) =>
      column.generated === undefined || known.get(name)?.includes(column.name) === true
        ? []
        : // Its sequence begins in the same place in every execution.
          [[column.name, column.generated === 'sequence' ? 'counted' : column.generated] as const],
    );
    if (generated.length > 0) made.set(name, { generated: Object.fromEntries(generated) });
  }
  return made;
}

function notMadeAgainFault(detail: string, cause?: unknown): Fault {
  return new Fault('the schema of the model cannot be made a second time', {
    code: 'schema-changed',
    kind: 'usage',
    detail,
    hint: 'an operation altered or dropped a part of the schema, so it runs again: let it create roles and the like only if they do not exist',
    ...(cause === undefined ? {} : { cause }),
  });
}
