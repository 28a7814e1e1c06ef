/** Where sequences stand, and where executions start them. */
import pg from 'pg';

export interface Sequence {
  readonly name: string;
  readonly sql: string;
  /** The first number that an execution gets from it, so that a generated number is not mistaken for a count. */
  readonly start: bigint;
  /** `last_value,is_called` at the start of every execution. */
  readonly position: string;
  /** The same for a second execution, which shows which values come from the sequence: further on by `shift`. */
  readonly moved: string;
  /** 0 if there is no room: then both executions begin in the same place. */
  readonly shift: bigint;
}

/** Sequences start at 1000, 2000, ...: far from counts, and far from each other; descending ones at -1000, ... */
const stride = 1000n;

/** A multiple of 1 to 8 and of 10: `id % 8` or an id's last digit is the same in a second execution. */
const distance = 840n;

interface SequenceRow {
  readonly schema: string;
  readonly name: string;
  /** Null if it was never used. */
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

/** Our own place if it lies ahead and leaves room, otherwise the place where the schema left it. */
function startOf(row: SequenceRow, place: bigint): Omit<Sequence, 'name' | 'sql'> {
  const up = BigInt(row.increment) > 0n;
  const hasRoom = (at: bigint): boolean =>
    at >= BigInt(row.min) &&
    at <= BigInt(row.max) &&
    (up ? at + stride < BigInt(row.max) : at - stride > BigInt(row.min));
  const wished = stride * (up ? place : -place);
  const last = BigInt(row.last ?? 0);
  const ahead = up ? wished > last : wished < last;
  const placed = (from: bigint, called: 't' | 'f', by: bigint): Omit<Sequence, 'name' | 'sql'> => {
    const shift = hasRoom(from + by) ? by : 0n;
    return {
      start: called === 't' ? from + BigInt(row.increment) : from,
      position: `${from},${called}`,
      moved: `${from + shift},${called}`,
      shift,
    };
  };
  if (ahead && hasRoom(wished)) return placed(wished, 'f', up ? distance : -distance);
  // Sequences that could not be set apart are distinguished by how far they are moved.
  const further = (up ? distance : -distance) * (place + 1n);
  return row.last === null ? placed(BigInt(row.first), 'f', further) : placed(last, 't', further);
}
