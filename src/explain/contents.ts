/** The contents of rows, as texts, and whether a reply shows them. */
import type { RowVersion } from '../core/explanation.ts';

export function textsOf(values: Readonly<Record<string, unknown>>): RowVersion {
  return Object.fromEntries(
    Object.entries(values).map(([column, value]) => [
      column,
      value === null || value === undefined
        ? null
        : typeof value === 'string'
          ? value
          : JSON.stringify(value),
    ]),
  );
}

/** `pg` turns some values into objects (dates and the like) that JSON shows differently: those match anything. */
export function looksSame(reply: unknown, value: unknown): boolean {
  if (typeof reply === 'object' && reply !== null) return true;
  return reply === value || String(reply) === String(value);
}
