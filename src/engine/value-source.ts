/** Where a column's values come from if a statement gives none. Postgres reports it, or the default is tried out. */
import type pg from 'pg';

export type ValueSource =
  | 'sequence'
  /** Differs at each draw, or never differs (the role's name): two equal values are not two draws. */
  | 'random'
  /** Two draws may be equal by chance (a PIN of four digits); or the model says that the column is generated. */
  | 'drawn'
  /** One of few values: draws are often equal (one of three places). */
  | 'lot'
  | 'clock';

interface ColumnDefault {
  readonly type: string;
  /** As `pg_type.typcategory`. */
  readonly category: string;
  readonly identity: boolean;
  readonly default: string | null;
}

export async function valueSourceOf(
  admin: pg.Client,
  column: ColumnDefault,
): Promise<ValueSource | undefined> {
  if (column.identity) return 'sequence';
  if (column.default === null) return undefined;
  if (/\bnextval\(/.test(column.default)) return 'sequence';
  if (await isImmutable(admin, column.type, column.default)) return undefined;
  if (column.category === 'D') return 'clock';
  return sourceByDrawing(admin, column.default);
}

/** Postgres knows whether an expression depends on more than its arguments: then no generated column can store it. */
async function isImmutable(admin: pg.Client, type: string, expression: string): Promise<boolean> {
  if (!expression.includes('(') && !/^(?:current_|localtime)/i.test(expression)) return true;
  const store = async (): Promise<boolean> => {
    await admin.query(
      `create table pg_temp.lockstep_probe (x ${type} generated always as (${expression}) stored)`,
    );
    return true;
  };
  return attempt(admin, store, false);
}

/** Different values among a thousand draws: with a million values 999, with 65,536 values 992. */
const draws = 1_000;
const fewestOfRandom = 980;
/** With a thousand values 632 of a thousand draws differ. */
const fewestOfDrawn = 630;
/** Defaults that take longer than this for all draws are not judged. */
const drawingTimeoutMs = 2_000;

/** Draws values from a default, and keeps nothing of it. */
async function sourceByDrawing(admin: pg.Client, expression: string): Promise<ValueSource> {
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
  return attempt<ValueSource>(admin, draw, 'drawn');
}

/** @param otherwise the answer if Postgres refuses */
async function attempt<T>(admin: pg.Client, work: () => Promise<T>, otherwise: T): Promise<T> {
  await admin.query('begin');
  try {
    return await work();
  } catch {
    return otherwise;
  } finally {
    await admin.query('rollback');
  }
}
