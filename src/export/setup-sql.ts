/** SQL that gives a new database the execution's starting state: schema, starting rows, sequences, session settings. */
import pg from 'pg';
import type { Rows } from '../core/model.ts';
import type { Counterexample } from '../core/result.ts';
import { deadlockVictims, type Moves, type Window } from './moves.ts';

export interface SetupPart {
  readonly title: string;
  readonly sql: string;
}

/** @param schema the model's */
export function setupParts({ scenario, violation }: Counterexample, schema: string): readonly SetupPart[] {
  const without = 'observed' in violation && Object.keys(violation.observed.state.sequences).length === 0;
  return [
    { title: 'schema', sql: terminated(withoutIndent(schema)) },
    { title: 'starting rows', sql: startingRowsSql(scenario.rows, schema) },
    { title: 'sequences', sql: without ? '' : sequencesSql },
  ].filter(({ sql }) => sql !== '');
}

function terminated(sql: string): string {
  if (sql === '' || sql.endsWith(';')) return sql;
  return /--[^\n]*$/.test(sql) ? `${sql}\n;` : `${sql};`;
}

/** A schema in a template literal is indented like the code around it. */
function withoutIndent(text: string): string {
  const bare = text.replace(/^\s*\n/, '').trimEnd();
  // Quoted text is left as it is.
  if (/'[^'\n]*\n|\$\$/.test(bare)) return bare;
  const lines = bare.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...indents))).join('\n');
}

/**
 * Postgres reads the rows from JSON, as it does when the engine inserts them, so that every type is read by its own
 * rules. All tables are filled by one statement, at whose end foreign keys are checked: their order does not matter.
 */
function startingRowsSql(rows: Rows, schema: string): string {
  const filled = Object.entries(rows).filter(([, list]) => list.length > 0);
  if (filled.length === 0) return '';
  const inserts = filled.map(([table, list]) => {
    const names = [...new Set(list.flatMap((row) => Object.keys(row)))];
    const columns = names.map((name) => pg.escapeIdentifier(name)).join(', ');
    const json = pg.escapeLiteral(`[${list.map((row) => JSON.stringify(row)).join(',\n ')}]`).trimStart();
    const sql = tableSql(table);
    return `insert into ${sql} (${columns}) overriding system value\nselect ${columns} from json_populate_recordset(null::${sql},\n${json})`;
  });
  const last = inserts.pop() ?? '';
  const before = inserts.map((insert, index) => `t${index + 1} as (${insert})`);
  const statement = `${before.length === 0 ? '' : `with ${before.join(',\n')}\n`}${last};`;
  // No trigger may change the rows. Looking for the word is enough, since the switch does no harm.
  if (!/\btrigger\b/i.test(schema)) return statement;
  const turn = (how: string): string[] =>
    filled.map(([table]) => `alter table ${tableSql(table)} ${how} trigger user;`);
  return ['begin;', ...turn('disable'), statement, ...turn('enable'), 'commit;'].join('\n');
}

/** Names of tables outside `public` include their schema. */
export function tableSql(name: string): string {
  const dot = name.indexOf('.');
  const parts = dot < 0 ? ['public', name] : [name.slice(0, dot), name.slice(dot + 1)];
  return parts
    .map((part, index) => (index === 0 && part === 'public' ? part : pg.escapeIdentifier(part)))
    .join('.');
}

/** Starts sequences as the engine does (src/engine/sequences.ts), so that generated ids equal those of the history. */
const sequencesSql = `do $$ begin
  perform setval(s.seqrelid, case when s.serves then s.wished else coalesce(s.last, s.seqstart) end,
    not s.serves and s.last is not null)
  from (select s.*, s.wished between s.seqmin and s.seqmax and case when s.seqincrement > 0
          then s.wished > coalesce(s.last, 0) and s.wished + 1000 < s.seqmax
          else s.wished < coalesce(s.last, 0) and s.wished - 1000 > s.seqmin end as serves
  from (select s.*, 1000 * s.place * sign(s.seqincrement)::int8 as wished from (select s.*, pg_sequence_last_value(c.oid) as last,
          row_number() over (order by n.nspname, c.relname) as place
        from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
          and not exists (select from pg_depend d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')) s) s) s;
end $$;`;

/** The settings of a connection before its first statement. */
export function sessionSettings(
  { setting }: Counterexample,
  moves: Moves,
  window: Window,
): readonly string[] {
  const victims = deadlockVictims(moves);
  return [
    `set default_transaction_isolation to '${setting.isolation}';`,
    // The session that looks for a deadlock first is its victim; only a superuser may set when it looks.
    ...(victims.size === 0 ? [] : [`set deadlock_timeout to '${victims.has(window) ? '10ms' : '100s'}';`]),
  ];
}
