/** The sort of a value: few enough that most executions show none that is new, and enough to tell steps of a state apart. */

/** Longer texts are data; shorter ones are words such as `open` or `paid`. */
const longestWord = 16;
/** Keys of an object, and its depth, that are looked at. */
const mostKeys = 8;
const deepest = 2;

/** @returns a short text: numbers up to 8 and short words as they are, all else by kind and size */
export function sortOf(value: unknown, depth: number = 0): string {
  switch (typeof value) {
    case 'number':
      return numberSort(value);
    case 'bigint':
      return numberSort(Number(value));
    case 'string':
      return textSort(value);
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return objectSort(value, depth);
    default:
      return typeof value;
  }
}

function numberSort(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (Number.isInteger(value) && size <= 8)) return String(value);
  return `${value < 0 ? '-' : ''}2^${Math.floor(Math.log2(size))}`;
}

function textSort(text: string): string {
  if (text.length <= longestWord && /^-?\d+(?:\.\d+)?$/.test(text)) return numberSort(Number(text));
  return /^[a-z_ -]*$/i.test(text) && text.length <= longestWord ? `"${text}"` : 'text';
}

function objectSort(value: object | null, depth: number): string {
  if (value === null) return 'null';
  if (value instanceof Date) return 'date';
  if (Array.isArray(value)) {
    const [first] = value;
    return value.length === 0 ? '[]' : `${manySort(value.length)} of ${sortOf(first, depth + 1)}`;
  }
  if (depth >= deepest || ArrayBuffer.isView(value)) return 'object';
  const entries = Object.entries(value).slice(0, mostKeys);
  return `{${entries.map(([key, each]) => `${key}: ${sortOf(each, depth + 1)}`).join(', ')}}`;
}

/** `1`, `2`, or `many`. */
export function manySort(count: number): string {
  return count <= 2 ? String(count) : 'many';
}
