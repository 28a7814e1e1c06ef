/** Counts by key, and the largest of them: a report stays small even if many things were counted. */
import type { Top } from '../core/interactions.ts';
import type { Counts } from '../core/tally-counts.ts';

/** With this many keys, new ones are not counted: there is no limit to the texts of statements. */
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

/** The `max` largest items, by size and then by name, and how many more there are. */
export function largest<T>(
  items: readonly T[],
  max: number,
  size: (item: T) => number,
  name: (item: T) => string,
): Top<T> {
  const sorted = items.toSorted((a, b) => size(b) - size(a) || (name(a) < name(b) ? -1 : 1));
  return { top: sorted.slice(0, max), more: Math.max(0, sorted.length - max) };
}
