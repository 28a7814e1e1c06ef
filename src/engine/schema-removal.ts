/** Empties a database, so that the model's schema can be made in it again; for good, or only to describe it. */
import pg from 'pg';
import { readSchemaObjects, type SchemaObject } from './schema-objects.ts';

/** The schema `public` is part of every database: it is made again with its owner, its grants and its comment. */
export interface PublicSchema {
  readonly owner: string;
  readonly comment: string | null;
  readonly grants: readonly { readonly to: string; readonly privilege: string }[] | null;
}

export async function readPublicSchema(admin: pg.Client): Promise<PublicSchema | undefined> {
  const { rows } = await admin.query<PublicSchema>(`
    select nspowner::regrole::text as owner, obj_description(oid, 'pg_namespace') as comment, (select json_agg(json_build_object('privilege', privilege_type,
        'to', case grantee when 0 then 'public' else grantee::regrole::text end)) from aclexplode(nspacl)) as grants
    from pg_namespace where nspname = 'public'`);
  return rows[0];
}

/** What belongs to no schema goes first: an event trigger would react to the rest. */
const removal = `do $$ declare command text; begin
  for command in
    select format('drop event trigger %I cascade', evtname) from pg_event_trigger union all
    select format('drop publication %I', pubname) from pg_publication union all
    select format('drop extension %I cascade', extname) from pg_extension where extname <> 'plpgsql' union all
    select format('drop schema %I cascade', nspname) from pg_namespace
      where nspname <> 'information_schema' and nspname !~ '^pg_'
  loop execute command; end loop;
end $$`;

export async function removeSchemas(admin: pg.Client, publicSchema: PublicSchema | undefined): Promise<void> {
  const owner = publicSchema === undefined ? '' : ` authorization ${publicSchema.owner}`;
  const comment = publicSchema?.comment ?? undefined;
  const comments = comment === undefined ? [] : [`comment on schema public is ${pg.escapeLiteral(comment)}`];
  const grants = (publicSchema?.grants ?? []).map(
    ({ to, privilege }) => `grant ${privilege} on schema public to ${to}`,
  );
  await admin.query([removal, `create schema public${owner}`, ...grants, ...comments].join(';\n'));
}

/** A schema that may end a transaction, or runs code of its own when something is made, is not made in a transaction. */
const unfit = /\b(?:commit|rollback|abort|end|concurrently|event\s+trigger)\b/i;

/**
 * Describes the schema of the model, though the database may have another one by now: it is made in a transaction that is
 * rolled back. So a lane whose operations never change the schema need not read the description (30 to 100 ms).
 *
 * @returns undefined if this schema cannot be made in a transaction
 */
export function schemaDescription(
  admin: pg.Client,
  publicSchema: PublicSchema | undefined,
  schema: string,
): (() => Promise<readonly SchemaObject[]>) | undefined {
  if (unfit.test(schema)) return undefined;
  return async () => {
    await admin.query('begin');
    try {
      await removeSchemas(admin, publicSchema);
      await admin.query(schema);
      // It may have set them.
      await admin.query('reset search_path; reset role');
      return await readSchemaObjects(admin);
    } finally {
      await admin.query('rollback');
    }
  };
}
