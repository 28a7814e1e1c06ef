/** Facts about the server's functions: which always give the same result, and which do things that plans do not show. */
import type pg from 'pg';
import { comments } from './definitions.ts';

export interface FunctionFacts {
  /** Whether all functions of this name always give the same result for the same arguments. */
  isImmutable(name: string): boolean;
  /** Whether a call of this name may do things that plans do not show. */
  isOpaque(name: string): boolean;
}

/** Volatile functions that touch nothing that other sessions see. */
const harmless = new Set(
  [
    'random random_normal gen_random_uuid uuidv4 uuidv7 clock_timestamp timeofday statement_timestamp',
    'pg_sleep pg_sleep_for set_config setseed currval lastval',
  ].flatMap((names) => names.split(' ')),
);
/** Extensions whose functions, although written in C, touch no table. */
const harmlessExtensions =
  'btree_gin btree_gist citext cube earthdistance fuzzystrmatch hstore intarray ltree pg_trgm pgcrypto unaccent uuid-ossp';
/** Functions that are not volatile and still show what other transactions do. */
const transactional = /^(?:txid_|pg_current_xact|pg_current_snapshot|pg_snapshot_|pg_xact_|pg_visible_in)/;
/** Functions whose calls are followed by name: see `resources`. */
const followed = /^(?:nextval|setval|pg_(?:try_)?advisory_\w+)$/;
/** A statement that fails leaves no plan if the function handles its error; a replica's rows are not reported. */
const hidesStatements = /\bexception\s+when\b|\bsession_replication_role\b/i;

interface FunctionRow {
  readonly name: string;
  readonly system: boolean;
  readonly immutable: boolean;
  readonly volatile: boolean;
  /** Written in a language whose statements are reported as nested plans, or without any. */
  readonly reported: boolean;
  /** With its own settings. */
  readonly source: string | null;
}

export async function readFunctionFacts(admin: pg.Client): Promise<FunctionFacts> {
  const { rows } = await admin.query<FunctionRow>(
    `select p.proname as name, n.nspname = 'pg_catalog' as system, bool_and(p.provolatile = 'i') as immutable,
      bool_or(p.provolatile = 'v') as volatile,
      bool_and(l.lanname in ('sql', 'plpgsql') or e.extname is not null) as reported,
      string_agg(concat_ws(' ', p.prosrc, p.proconfig::text), ' ') filter (where n.nspname <> 'pg_catalog') as source
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
      left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
      left join pg_extension e on e.oid = d.refobjid and e.extname = any(string_to_array($1, ' '))
    group by 1, 2`,
    [harmlessExtensions],
  );
  const immutable = new Map<string, boolean>();
  const opaque = new Set<string>();
  for (const row of rows) {
    immutable.set(row.name, (immutable.get(row.name) ?? true) && row.immutable);
    const hidden = row.system && row.volatile && !harmless.has(row.name) && !followed.test(row.name);
    if (hidden || transactional.test(row.name)) opaque.add(row.name);
  }
  // plpgsql runs simple expressions without a plan, so their calls are read from the function's source.
  const own = rows
    .filter((row) => !row.system)
    .map((row) => ({ ...row, source: (row.source ?? '').replaceAll(comments, ' ') }));
  for (let size = -1; size !== opaque.size;) {
    size = opaque.size;
    for (const { name: caller, source, reported } of own) {
      const called = [...source.matchAll(/([a-z_]\w*)\s*\(/gi)].map(([, callee]) =>
        (callee ?? '').toLowerCase(),
      );
      const calls = called.some((callee) => opaque.has(callee) || followed.test(callee));
      if (!reported || hidesStatements.test(source) || calls) opaque.add(caller);
    }
  }
  return {
    isImmutable: (called) => immutable.get(called) ?? false,
    isOpaque: (called) => opaque.has(called),
  };
}
