/** How a column's values come about when a statement does not give them. Postgres says it, or its default is tried out. */
import type pg from 'pg';

export type ValueSource =
  | 'sequence'
  /** Differs from draw to draw, or is the same throughout (the role's name): drawn equal twice, it was not drawn. */
  | 'random'
  /** The same may be drawn twice by chance (a PIN of four digits); or the model says that the column is generated. */
  | 'drawn'
  /** One of so few that the same is drawn all the time (one of three places). */
  | 'lot'
  | 'clock';

interface DefaultOf {
  readonly type: string;
  /** As `pg_type.typcategory`. */
  readonly category: string;
  readonly identity: boolean;
  readonly default: string | null;
}

export async function valueSourceOf(admin: pg.Client, column: DefaultOf): Promise<ValueSource | undefined> {
  if (column.identity) return 'sequence';
  if (column.default === null) return undefined;
  if (/\bnextval\(/.test(column.default)) return 'sequence';
  if (await isImmutable(admin, column.type, column.default)) return undefined;
  if (column.category === 'D') return 'clock';
  return byDrawing(admin, column.default);
}

/** Postgres itself says whether an expression depends on more than its arguments: it refuses to store it as generated. */
async function isImmutable(admin: pg.Client, type: string, expression: string): Promise<boolean> {
  if (!expression.includes('(') && !/^(?:current_|localtime)/i.test(expression)) return true;
  const store = async (): Promise<boolean> => {
    await admin.query(
      `create table pg_temp.lockstep_probe (x ${type} generated always as (${expression}) stored)`,
    );
    return true;
  };
  return tried(admin, store, false);
}

/** With what is left different of a thousand draws: of a million values all but one, of 65,536 all but 8. */
const draws = 1_000;
const fewestOfRandom = 980;
/** A thousand values. */
const fewestOfDrawn = 630;
/** Defaults that take longer than this for all draws are not judged. */
const drawingTimeoutMs = 2_000;

/** The default is called with nothing kept. */
async function byDrawing(admin: pg.Client, expression: string): Promise<ValueSource> {
  const draw = async (): Promise<ValueSource> => {
    await admin.query(`set local statement_timeout = ${drawingTimeoutMs}`);
    const { rows } = await admin.query<{ readonly distinct: number }>(
      `select count(distinct drawn)::int as distinct
       from (select (${expression})::text as drawn from generate_series(1, ${draws})) as all_draws`,
    );
    const distinct = rows[0]?.distinct ?? 0;
    if (distinct <= 1 || distinct >= fewestOfRandom) return 'random';
    return distinct >= fewestOfDrawn ? 'drawn' : 'lot';
  };
  return tried<ValueSource>(admin, draw, 'drawn');
}

/** @param otherwise the answer where Postgres refuses */
async function tried<T>(admin: pg.Client, work: () => Promise<T>, otherwise: T): Promise<T> {
  await admin.query('begin');
  try {
    return await work();
  } catch {
    return otherwise;
  } finally {
    await admin.query('rollback');
  }
}
