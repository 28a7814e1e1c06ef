/**
 * Plain data: what operations return and statements carry, copied so that later changes do not show, and
 * reduced to what can be compared and printed. Dates, bigints and bytes stay what they are.
 */
export function plain(value: unknown, depth = 0): unknown {
  if (depth > 32) return '[too deep]';
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
    case 'bigint':
      return value;
    case 'symbol':
      return String(value);
    case 'function':
      return undefined;
    case 'object':
      break;
  }
  if (value === null) return null;
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (isQueryResult(value))
    return plain({ command: value.command, rowCount: value.rowCount, rows: value.rows }, depth);
  if (value instanceof Map) return plain([...value.entries()], depth + 1);
  if (value instanceof Set) return plain([...value.values()], depth + 1);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined && typeof item !== 'function')
    .map(([key, item]) => [key, plain(item, depth + 1)] as const);
  return Object.fromEntries(entries);
}

/** A whole result of `pg`, returned as it is: its parsers and private fields are no data. */
function isQueryResult(value: object): value is { command: unknown; rowCount: unknown; rows: unknown } {
  return (
    'command' in value && 'rowCount' in value && 'rows' in value && 'fields' in value && '_types' in value
  );
}

/** One text per value: equal texts mean equal values. Keys are sorted; types are told apart. */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    case 'object':
      break;
    default:
      return JSON.stringify(value) ?? String(value);
  }
  if (value === null) return 'null';
  if (value instanceof Date)
    return `date(${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`;
  if (value instanceof Uint8Array) return `bytes(${Buffer.from(value).toString('hex')})`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item)}`).join(',')}}`;
}
