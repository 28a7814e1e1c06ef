/** Recognises a changed schema: the engine's own statements no longer fit it. */
import { Fault, messageOf } from '../core/fault.ts';

/**
 * A statement of ours meets these classes of errors only if a part of the schema is gone or was changed: Postgres,
 * "Error Codes", 42.. (42501 apart) and 3F000.
 *
 * @throws Fault `schema-changed`, or the error
 */
export function rethrowSchemaChange(error: unknown): never {
  const code = String((error as { readonly code?: unknown } | null)?.code);
  if (!/^(?:42(?!501)|3F)/.test(code)) throw error;
  throw new Fault('an operation changed the schema', {
    code: 'schema-changed',
    kind: 'usage',
    detail: messageOf(error),
    hint: 'operations work on the tables of the schema: tables that they create or drop are not put back',
    cause: error,
  });
}
