/**
 * Values that JSON cannot carry, in JSON: bigints, dates, bytes, undefined and the odd numbers become tagged
 * objects such as `{ "$bigint": "12" }`; an object whose only key starts with `$` is wrapped as `{ "$object": ... }`.
 */
export function toJsonValue(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return { $bigint: String(value) };
    case 'undefined':
      return { $undefined: true };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? null : value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJsonValue);
  const entries = Object.entries(value);
  const plain = Object.fromEntries(entries.map(([key, item]) => [key, toJsonValue(item)]));
  return entries.length === 1 && entries[0]?.[0].startsWith('$') ? { $object: plain } : plain;
}

/** The inverse of {@link toJsonValue}. */
export function fromJsonValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJsonValue);
  const entries = Object.entries(value);
  const [tag, content] = entries.length === 1 ? (entries[0] ?? []) : [];
  switch (tag) {
    case '$bigint':
      return BigInt(String(content));
    case '$undefined':
      return undefined;
    case '$number':
      return Number(content);
    case '$date':
      return new Date(content === null ? NaN : String(content));
    case '$bytes':
      return Uint8Array.from(Buffer.from(String(content), 'base64'));
    case '$object':
      return typeof content === 'object' && content !== null ? mapValues(content) : content;
    default:
      return mapValues(value);
  }
}

function mapValues(value: object): unknown {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJsonValue(item)]));
}
