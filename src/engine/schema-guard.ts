/**
 * Notices that an operation changed the schema. Tables that operations make or drop are neither restored nor compared,
 * so no later execution can be judged. Temporary tables are no such change: they go with their connection.
 */
import type pg from 'pg';
import { Fault } from '../core/fault.ts';
import type { History } from '../core/history.ts';
import type { Call } from '../core/model.ts';

/**
 * A digest of the schema without its rows. Truncating, analysing and reindexing do not change it, nor does defining a
 * function or view again as it was.
 */
const fingerprint = `
  with relation as (
    select * from pg_class where oid >= 16384 and relpersistence <> 't' and relkind <> 't')
  select md5(concat(
    (select string_agg(concat_ws(' ', oid, relname, relnamespace, relkind, relchecks, relhastriggers, relrowsecurity), ','
      order by oid) from relation),
    (select string_agg(concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped, atthasdef), ','
      order by attrelid, attnum) from pg_attribute join relation on relation.oid = attrelid where attnum > 0),
    (select string_agg(concat_ws(' ', oid, conname, conrelid), ',' order by oid) from pg_constraint
      where oid >= 16384 and (conrelid = 0 or conrelid in (select oid from relation))),
    (select string_agg(concat_ws(' ', oid, proname, pronamespace, prorettype, proargtypes, provolatile, md5(prosrc)), ','
      order by oid) from pg_proc where oid >= 16384),
    (select string_agg(concat_ws(' ', ev_class, rulename, md5(ev_action::text)), ',' order by ev_class, rulename)
      from pg_rewrite where ev_class in (select oid from relation)),
    (select string_agg(concat_ws(' ', oid, tgname, tgfoid, tgtype), ',' order by oid) from pg_trigger
      where oid >= 16384 and tgrelid in (select oid from relation)),
    (select string_agg(concat_ws(' ', oid, enumlabel), ',' order by oid) from pg_enum))) as print`;

const definition = /^\s*(create|alter|drop|select\b[^;]*\binto|comment|do)\b/i;

export class SchemaGuard {
  readonly #admin: pg.Client;
  readonly #print: string;

  private constructor(admin: pg.Client, print: string) {
    this.#admin = admin;
    this.#print = print;
  }

  static async of(admin: pg.Client): Promise<SchemaGuard> {
    return new SchemaGuard(admin, await read(admin));
  }

  /** Whether the execution may have changed the schema, as far as its statements' texts say. */
  static suspects(history: History): boolean {
    return definitionsIn(history).length > 0;
  }

  /** @throws Fault `schema-changed` when the schema is no longer what it was at first */
  async check(history: History, sessions: readonly (readonly Call[])[]): Promise<void> {
    if ((await read(this.#admin)) === this.#print) return;
    const [sign] = definitionsIn(history);
    const calls = sign === undefined ? sessions.flat() : [sessions[sign.session]?.[sign.operation]];
    const names = [...new Set(calls.flatMap((call) => call?.operation ?? []))].join(', ');
    throw new Fault(`operation ${names} changes the schema`, {
      code: 'schema-changed',
      kind: 'usage',
      detail: sign === undefined ? 'a function that it calls does' : `its statement: ${sign.text}`,
      hint: 'tables that operations create, alter or drop are not put back between runs: make them in the schema of the model',
    });
  }
}

async function read(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query<{ readonly print: string }>(fingerprint);
  return rows[0]?.print ?? '';
}

interface Definition {
  readonly session: number;
  readonly operation: number;
  readonly text: string;
}

function definitionsIn(history: History): readonly Definition[] {
  return history.flatMap((event) => {
    if (event.kind !== 'released' && event.kind !== 'free') return [];
    const { session, operation, statement } = event;
    return definition.test(statement.text) ? [{ session, operation, text: statement.text }] : [];
  });
}
