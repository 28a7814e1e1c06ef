/** Counts by key, and the largest of them: what is reported stays small however much was counted. */
import type { Top } from '../core/interactions.ts';
import type { Counts } from '../core/tally-counts.ts';

/** Keys beyond these are not counted: texts of statements may differ without end. */
export const maxKeys = 10_000;

/** Entries that a report lists; the rest are only counted. */
export const maxListed = 20;

export function addCount(counts: Counts, key: string, times: number = 1): void {
  const count = counts.get(key);
  if (count !== undefined || counts.size < maxKeys) counts.set(key, (count ?? 0) + times);
}

export function mergeCounts(counts: Counts, more: Counts): void {
  for (const [key, count] of more) addCount(counts, key, count);
}

/** The first `max` of the items, by falling size and then by name. */
export function largest<T>(
  items: readonly T[],
  max: number,
  size: (item: T) => number,
  name: (item: T) => string,
): Top<T> {
  const sorted = items.toSorted((a, b) => size(b) - size(a) || (name(a) < name(b) ? -1 : 1));
  return { top: sorted.slice(0, max), more: Math.max(0, sorted.length - max) };
}
