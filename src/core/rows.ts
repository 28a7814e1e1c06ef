/** Starting rows go to Postgres as JSON. A value that JSON would silently change or drop is refused. */

/** The problem with starting rows, in words; undefined if there is none. */
export function rowsProblem(rows: unknown): string | undefined {
  if (!isRecord(rows)) return `they are ${kindOf(rows)}`;
  for (const [table, list] of Object.entries(rows)) {
    if (!Array.isArray(list)) return `those of table "${table}" are ${kindOf(list)}, not an array`;
    for (const [index, row] of list.entries()) {
      const where = `row ${index + 1} of table "${table}"`;
      if (!isRecord(row)) return `${where} is ${kindOf(row)}, not an object`;
      for (const [column, value] of Object.entries(row)) {
        const problem = valueProblem(value, []);
        if (problem !== undefined) return `column "${column}" of ${where} ${problem}`;
      }
    }
  }
  return undefined;
}

function valueProblem(value: unknown, inside: readonly unknown[]): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `is ${value}: give it as text, '${value}'`;
    case 'bigint':
      return `is a bigint: give it as text, '${value}'`;
    case 'symbol':
    case 'function':
      return `is ${kindOf(value)}`;
    case 'object':
      break;
  }
  if (value === null) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'is an invalid date' : undefined;
  if (value instanceof Uint8Array) return "holds bytes: give them as text, '\\x00ff'";
  if (inside.includes(value)) return 'contains itself';
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return undefined;
  for (const item of Object.values(value)) {
    const problem = valueProblem(item, [...inside, value]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** `a function`, `an array`: what a value is, for a message. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && 'then' in value) return 'a promise';
  if (typeof value === 'object') return `an object of class ${value.constructor?.name ?? '(none)'}`;
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(Symbol.iterator in value) &&
    !('then' in value || value instanceof Date)
  );
}
