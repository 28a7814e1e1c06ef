/**
 * A foundation is what a lane stands on: a database with the model's schema, the engine's connection to it, and its
 * catalog.
 */
import type pg from 'pg';
import type { Model } from '../core/model.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Database, Driver } from '../driver/contract.ts';
import { Evaluator } from '../footprint/evaluator.ts';
import { watchRows } from '../footprint/row-triggers.ts';
import { readSchemaFacts } from '../footprint/schema-facts.ts';
import { readCatalog, type Catalog } from './catalog.ts';
import type { Limits } from './limits.ts';
import { makeSchema } from './make-schema.ts';
import { readPublicSchema, removeSchemas, schemaDescription } from './schema-removal.ts';
import { Schemas } from './schemas.ts';
import { ServiceClient } from './service-client.ts';
import { Tables } from './tables.ts';
import { TransactionIds } from './transaction-ids.ts';

export interface Foundation {
  readonly database: Database;
  readonly admin: ServiceClient;
  readonly tables: Tables;
  /** The state that the schema alone makes. */
  readonly base: DatabaseState;
  /** Evaluates conditions of observed statements; undefined if nothing is observed. */
  readonly evaluator: Evaluator | undefined;
  readonly schemas: Schemas;
  readonly transactions: TransactionIds;
}

export interface FoundationOptions {
  readonly driver: Driver;
  readonly model: Model;
  /** Whether the server reports what each statement touches, on engines that can. */
  readonly observed: boolean;
  readonly limits: Limits;
}

/** @throws Fault `bad-schema` when Postgres refuses the schema */
export async function openFoundation(options: FoundationOptions): Promise<Foundation> {
  const { driver, model, observed, limits } = options;
  const database = await driver.open();
  try {
    database.keepAlive(true);
    const firstTransaction = await makeSchema(database, model, limits);
    const admin = await ServiceClient.open(database, { kind: 'admin' }, limits);
    const catalog = await readCatalog(admin, model.generated);
    const tables = new Tables(admin, database.capabilities, catalog);
    const watching = observed && database.capabilities.reportsPlans;
    const evaluator = watching ? await watch(admin, catalog) : undefined;
    const base = await tables.begin(model.schema);
    const publicSchema = await readPublicSchema(admin);
    const remake = async (): Promise<void> => {
      await removeSchemas(admin, publicSchema);
      await makeSchema(database, model, limits);
      if (watching) await watchRows(admin, catalog.tables);
    };
    const { capabilities } = database;
    const description = schemaDescription(admin, publicSchema, model.schema);
    const site = { admin, capabilities, tables, generated: model.generated, description, remake };
    return {
      database,
      admin,
      tables,
      evaluator,
      base,
      schemas: await Schemas.of(site),
      transactions: new TransactionIds(admin, firstTransaction),
    };
  } catch (error) {
    await database.drop();
    throw error;
  }
}

async function watch(admin: pg.Client, catalog: Catalog): Promise<Evaluator> {
  await watchRows(admin, catalog.tables);
  return new Evaluator(
    admin,
    await readSchemaFacts(admin, new Set(catalog.tables.map((table) => table.name))),
  );
}
