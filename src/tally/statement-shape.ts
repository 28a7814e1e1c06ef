/** The shape of a statement: its text without the values, as `pg_stat_statements` counts statements. */

/** Strings, also with escapes and dollar quotes, and numbers that are no part of a name. */
const literal = /\$(\w*)\$[^]*?\$\1\$|'(?:[^']|'')*'|(?<![\w$.])\d+(?:\.\d+)?\b/g;

/** The same for statements that differ only in their values. */
export function shapeOf(statement: string): string {
  return statement.replace(literal, '?');
}
