/** Runs a model's schema in a database that has none yet. */
import { Fault, messageOf } from '../core/fault.ts';
import type { Model } from '../core/model.ts';
import type { ConnectionRole, Database } from '../driver/contract.ts';
import { sayGoodbye } from '../driver/goodbye.ts';
import type { Limits } from './limits.ts';
import { ServiceClient } from './service-client.ts';
import { nextTransactionId } from './transaction-ids.ts';

/**
 * @returns the id of the first transaction whose rows the database may show
 * @throws Fault `bad-schema` when Postgres refuses the schema
 */
export async function makeSchema(database: Database, model: Model, limits: Limits): Promise<bigint> {
  const role: ConnectionRole = { kind: 'session', isolation: 'read committed' };
  const owner = await ServiceClient.open(database, role, limits, 'schemaTimeoutMs');
  try {
    const firstTransaction = await nextTransactionId(owner);
    await owner.query(model.schema);
    return firstTransaction;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`the schema of ${model.name} fails`, {
      code: 'bad-schema',
      kind: 'usage',
      detail: `${messageOf(error)}${positionIn(model.schema, error)}`,
      cause: error,
    });
  } finally {
    await sayGoodbye(owner);
  }
}

function positionIn(sql: string, error: unknown): string {
  const position = Number((error as { position?: string } | undefined)?.position);
  if (!Number.isInteger(position)) return '';
  const line = sql.slice(0, position).split('\n').length;
  return ` (line ${line} of the schema)`;
}
