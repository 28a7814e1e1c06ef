/**
 * A foundation is what a lane stands on: a database with the model's schema, the application in it, the engine's connection
 * and the catalog.
 */
import type pg from 'pg';
import type { IsolationLevel } from '../core/isolation.ts';
import { Fault } from '../core/fault.ts';
import { modelId, type Model } from '../core/model.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Database, Driver } from '../driver/contract.ts';
import { Evaluator } from '../footprint/evaluator.ts';
import { watchRows } from '../footprint/row-triggers.ts';
import { readSchemaFacts } from '../footprint/schema-facts.ts';
import { Application } from './application.ts';
import { readCatalog, type Catalog } from './catalog.ts';
import { largeObjectText } from './large-objects.ts';
import type { Limits } from './limits.ts';
import { makeSchema } from './make-schema.ts';
import { readPublicSchema, removeSchemas, schemaDescription } from './schema-removal.ts';
import { Schemas } from './schemas.ts';
import { ServiceClient } from './service-client.ts';
import { Tables } from './tables.ts';
import { TransactionIds } from './transaction-ids.ts';

export interface Foundation {
  readonly database: Database;
  readonly application: Application;
  readonly admin: ServiceClient;
  readonly tables: Tables;
  /** The state that the schema and the model's `setup` make. */
  readonly base: DatabaseState;
  /** Evaluates conditions of observed statements; undefined if nothing is observed. */
  readonly evaluator: Evaluator | undefined;
  readonly schemas: Schemas;
  readonly transactions: TransactionIds;
}

export interface FoundationOptions {
  readonly driver: Driver;
  readonly model: Model;
  readonly isolation: IsolationLevel;
  /** Whether the server reports what each statement touches, on engines that can. */
  readonly observed: boolean;
  readonly limits: Limits;
}

/** @throws Fault `bad-schema` when Postgres refuses the schema; `callback-fails` or `callback-endless` of `setup` */
export async function openFoundation(options: FoundationOptions): Promise<Foundation> {
  const { driver, model, isolation, observed, limits } = options;
  const database = await driver.open();
  let application: Application | undefined;
  try {
    database.keepAlive(true);
    const firstTransaction = await makeSchema(database, model, limits);
    application = await Application.start({ model, database, isolation, limits });
    const admin = await ServiceClient.open(database, { kind: 'admin' }, limits);
    const catalog = await readCatalog(admin, model.generated);
    const tables = new Tables(admin, database.capabilities, catalog);
    const watching = observed && database.capabilities.reportsPlans;
    const evaluator = watching ? await watch(admin, catalog) : undefined;
    const base = await tables.begin(await textsOf(model, admin));
    const publicSchema = await readPublicSchema(admin);
    const remake = async (): Promise<void> => {
      if (model.setup !== undefined) throw madeInSetupFault(modelId(model));
      await removeSchemas(admin, publicSchema);
      await makeSchema(database, model, limits);
      if (watching) await watchRows(admin, catalog.tables);
    };
    const { capabilities } = database;
    // What `setup` made is described at once: it runs only once.
    const description =
      model.setup === undefined ? schemaDescription(admin, publicSchema, model.schema) : undefined;
    const site = { admin, capabilities, tables, generated: model.generated, description, remake };
    return {
      database,
      application,
      admin,
      tables,
      evaluator,
      base,
      schemas: await Schemas.of(site),
      transactions: new TransactionIds(admin, firstTransaction),
    };
  } catch (error) {
    await application?.stop().catch(() => {});
    await database.drop();
    throw error;
  }
}

/** The statements of `setup` are not known. */
async function textsOf({ schema, setup }: Model, admin: pg.Client): Promise<string> {
  return setup === undefined ? schema : `${schema}\n${await largeObjectText(admin)}`;
}

async function watch(admin: pg.Client, catalog: Catalog): Promise<Evaluator> {
  await watchRows(admin, catalog.tables);
  return new Evaluator(
    admin,
    await readSchemaFacts(admin, new Set(catalog.tables.map((table) => table.name))),
  );
}

/** An application is started once; what it made cannot be made again. */
function madeInSetupFault(of: string): Fault {
  return new Fault(`an operation of ${of} changes or drops what the schema or \`setup\` made`, {
    code: 'schema-changed',
    kind: 'usage',
    detail: 'what operations add is dropped again between runs, but `setup` runs only once',
    hint: 'make in `schema`, without a `setup`, what operations change or drop',
  });
}
