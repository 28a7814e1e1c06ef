/** Where sequences stand, and where executions start them. */
import pg from 'pg';

export interface Sequence {
  readonly name: string;
  readonly sql: string;
  /** The first number that an execution gets from it, so that a generated number is not mistaken for a count. */
  readonly start: bigint;
  /** `last_value,is_called` at the start of every execution. */
  readonly position: string;
}

/** Sequences start at 1000, 2000, ...: far from counts, and far from each other; descending ones at -1000, ... */
const stride = 1000n;

interface SequenceRow {
  readonly schema: string;
  readonly name: string;
  /** Null where it was never used. */
  readonly last: string | null;
  readonly first: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
}

/** @param userObjects the condition that a class `c` in a namespace `n` is the user's */
export async function readSequences(admin: pg.Client, userObjects: string): Promise<readonly Sequence[]> {
  const { rows } = await admin.query<SequenceRow>(`
    select n.nspname as schema, c.relname as name, s.seqstart::text as first, s.seqincrement::text as increment,
      s.seqmin::text as min, s.seqmax::text as max, pg_sequence_last_value(c.oid)::text as last
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_sequence s on s.seqrelid = c.oid
    where ${userObjects} order by n.nspname, c.relname`);
  return rows.map((row, index) => ({
    name: row.schema === 'public' ? row.name : `${row.schema}.${row.name}`,
    sql: `${pg.escapeIdentifier(row.schema)}.${pg.escapeIdentifier(row.name)}`,
    ...startOf(row, BigInt(index + 1)),
  }));
}

/** Our own place where that lies ahead and leaves room, and otherwise where the schema left it. */
function startOf(row: SequenceRow, place: bigint): Pick<Sequence, 'start' | 'position'> {
  const up = BigInt(row.increment) > 0n;
  const wished = stride * (up ? place : -place);
  const last = BigInt(row.last ?? 0);
  const ahead = up ? wished > last : wished < last;
  const roomy = up ? wished + stride < BigInt(row.max) : wished - stride > BigInt(row.min);
  const allowed = wished >= BigInt(row.min) && wished <= BigInt(row.max);
  if (ahead && roomy && allowed) return { start: wished, position: `${wished},f` };
  return row.last === null
    ? { start: BigInt(row.first), position: `${row.first},f` }
    : { start: last + BigInt(row.increment), position: `${row.last},t` };
}
