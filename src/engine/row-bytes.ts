/**
 * How many bytes of a page a row takes, from its values as text: as Postgres lays them out for common types, and rather
 * too many for the others. Postgres, "Database Page Layout"; pages are 8192 bytes.
 */
import type { TableRows } from '../core/state.ts';
import type { Column } from './catalog.ts';

/** Types of fixed length, in bytes; they are aligned to that, except uuid, which is not aligned. */
const fixedBytes: Readonly<Record<string, number>> = {
  boolean: 1,
  smallint: 2,
  integer: 4,
  bigint: 8,
  real: 4,
  'double precision': 8,
  date: 4,
  'timestamp without time zone': 8,
  'timestamp with time zone': 8,
};
const uuidBytes = 16;

/** Types that take no more bytes than their printed text. */
const printed = /^(?:text|character|numeric|json$)/;

const headerBytes = 23;
const linePointerBytes = 4;

export function rowBytes(columns: readonly Column[], row: TableRows['rows'][number]): number {
  let bytes = aligned(row.includes(null) ? headerBytes + Math.ceil(row.length / 8) : headerBytes, 8);
  for (let index = 0; index < row.length; index += 1) {
    const value = row[index];
    if (value === null || value === undefined) continue;
    const type = columns[index]?.type ?? '';
    const fixed = fixedBytes[type];
    if (fixed !== undefined) bytes = aligned(bytes, fixed) + fixed;
    else if (type === 'uuid') bytes += uuidBytes;
    else bytes = aligned(bytes, 8) + variableBytes(type, value);
  }
  return aligned(bytes, 8) + linePointerBytes;
}

function variableBytes(type: string, value: string): number {
  const length = Buffer.byteLength(value);
  return printed.test(type) ? 4 + length : 32 + 4 * length;
}

function aligned(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
