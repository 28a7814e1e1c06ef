/** What rows hold, as texts, and whether a reply shows it. */
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

/** `pg` makes numbers, dates and the like of some values, which JSON shows in another way: those say nothing. */
export function looksSame(reply: unknown, value: unknown): boolean {
  if (typeof reply === 'object' && reply !== null) return true;
  return reply === value || String(reply) === String(value);
}
