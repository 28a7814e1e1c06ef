/** The corpora of shards, joined into one folder: each race once. */
import { resolve } from 'node:path';
import type { Corpus } from '../corpus/corpus.ts';
import type { CorpusEntry } from '../corpus/entry.ts';
import { raceFileText } from '../corpus/race-file.ts';
import { joinEntries } from '../corpus/join-entries.ts';
import type { From } from '../left-files.ts';

/** What the folder learned of a race: `same`: nothing that it did not know. */
export type RaceNews = 'new' | 'back' | 'mended' | 'retired' | 'same';

export interface JoinedRace {
  readonly entry: CorpusEntry;
  readonly news: RaceNews;
  /** The folders that have it. */
  readonly from: readonly string[];
}

/**
 * Writes the races of all corpora into one folder, which keeps its own. A file changes only if there is something to say.
 *
 * @param found ids of races that count as new although the folder has them: the campaign wrote them there itself
 * @throws Fault `cannot-write`
 */
export function joinCorpora(
  into: Corpus,
  corpora: readonly From<Corpus>[],
  found: ReadonlySet<string> = new Set(),
): readonly JoinedRace[] {
  const others = corpora.filter(({ from }) => resolve(from) !== resolve(into.folder));
  const known = new Map(into.entries.map((entry) => [entry.id, entry]));
  const holdersOf = new Map<string, { readonly from: string; readonly entry: CorpusEntry }[]>();
  for (const { from, content } of [{ from: into.folder, content: into }, ...others])
    for (const entry of content.entries)
      holdersOf.set(entry.id, [...(holdersOf.get(entry.id) ?? []), { from, entry }]);
  const byId = [...holdersOf].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byId.map(([id, holders]): JoinedRace => {
    const entry = joinEntries(holders.map((holder) => holder.entry));
    const before = known.get(id);
    if (before === undefined || raceFileText(before) !== raceFileText(entry)) into.update(entry);
    return { entry, news: newsOf(before, entry, found), from: holders.map(({ from }) => from) };
  });
}

function newsOf(
  before: CorpusEntry | undefined,
  { id, state }: CorpusEntry,
  found: ReadonlySet<string>,
): RaceNews {
  const was = before?.state.kind;
  if (state.kind === 'fails') {
    if (was === 'regression') return 'back';
    return was !== 'fails' || found.has(id) ? 'new' : 'same';
  }
  if (was === state.kind) return 'same';
  if (state.kind === 'retired') return 'retired';
  return was === 'fails' ? 'mended' : 'same';
}
