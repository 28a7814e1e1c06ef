/**
 * One race in several corpora. Its scenario and its story come from the smallest of them, its finding from the oldest, and its
 * state is the one that was seen last. All are orders, so nothing depends on which corpus comes first.
 */
import { parseReplayLine } from '../../report/replay-line.ts';
import type { CorpusEntry, RaceState } from './entry.ts';
import { raceFileText } from './race-file.ts';

/** @param entries of one id; at least one */
export function joinEntries(entries: readonly CorpusEntry[]): CorpusEntry {
  const [smallest] = sortedBy(entries, ({ replay }) => sizeOf(replay));
  const [oldest] = sortedBy(entries, ({ found }) => [found.at, found.schedules]);
  if (smallest === undefined || oldest === undefined) throw new Error('there is no entry');
  return { ...smallest, found: oldest.found, state: joinStates(entries) };
}

/** The smaller of two lines comes first: sessions, calls, starting rows, deviations, characters. */
export function sizeOf(replay: string): readonly number[] {
  try {
    const { scenario, schedule } = parseReplayLine(replay);
    const { sessions, rows } = scenario;
    const { length: rowCount } = Object.values(rows).flat();
    return [sessions.length, sessions.flat().length, rowCount, schedule.length, replay.length];
  } catch {
    // It comes from another release: one that can be read is better.
    return [Infinity];
  }
}

/** The last state, since when it has been so. Of two at the same time, the one that asks for more. */
function joinStates(entries: readonly CorpusEntry[]): RaceState {
  const urgency: readonly RaceState['kind'][] = ['retired', 'regression', 'fails'];
  const states = sortedBy(entries, ({ state }) => [state.seen, urgency.indexOf(state.kind)]).map(
    ({ state }) => state,
  );
  const last = states.at(-1);
  if (last === undefined) throw new Error('there is no entry');
  const before = states.findLastIndex(({ kind }) => kind !== last.kind);
  return states[before + 1] ?? last;
}

/** From the smallest to the largest key; entries with the same key by their text. */
export function sortedBy(
  entries: readonly CorpusEntry[],
  key: (entry: CorpusEntry) => readonly (number | string)[],
): readonly CorpusEntry[] {
  const keyed = entries.map((entry) => ({ entry, key: [...key(entry), raceFileText(entry)] }));
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ entry }) => entry);
}

/** Element by element; a shorter list comes first. */
export function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (one !== other) return one < other ? -1 : 1;
  }
  return a.length - b.length;
}
