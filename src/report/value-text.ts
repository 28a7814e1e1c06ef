/** Values for people to read, on one line. */
import { oneLine, printable } from './text.ts';

/** As code: `"sky"`, `{id: 1, name: "sky"}`, `12n`. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object') return oneLine(String(value as number | boolean | symbol | undefined));
  if (value === null) return 'null';
  if (value instanceof Date) return dateText(value);
  if (value instanceof Uint8Array) return bytesText(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${keyText(key)}: ${valueText(item)}`).join(', ')}}`;
}

/** As psql shows a column: strings without quotes. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : oneLine(value);
  return valueText(value ?? null);
}

/** As a row of a table: `(alice, 17)`. */
export function rowText(values: readonly unknown[]): string {
  return `(${values.map(cellText).join(', ')})`;
}

/** As an SQL literal, only to be shown: nothing is ever sent in this form. */
export function literalText(value: unknown): string {
  if (value === undefined) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return `'${printable(value).replaceAll("'", "''")}'`;
  if (value instanceof Date || value instanceof Uint8Array) return `'${valueText(value)}'`;
  return valueText(value);
}

/** JSON escapes control characters, so that they can be distinguished. */
function quoted(text: string): string {
  return printable(JSON.stringify(text));
}

function keyText(key: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? key : quoted(key);
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'invalid date' : date.toISOString();
}

function bytesText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}
