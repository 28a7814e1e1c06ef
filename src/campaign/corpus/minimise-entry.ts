/**
 * Shrinks a race of the corpus again, on the code as it is now and as far as it goes: it may have been found when there was
 * little time, or by a release that shrank less. Its story is told anew.
 */
import { parseReplayLine } from '../../report/replay-line.ts';
import { entryOf, type CorpusEntry } from './entry.ts';
import { compare, sizeOf } from './join-entries.ts';
import { replaceBy, type CorpusNews } from './rerun-entry.ts';
import { runAgain, searchAgain, type RerunPlace } from './run-again.ts';

export type MinimiseNews =
  /** It is smaller now; `before`: as it was. */
  | { readonly kind: 'smaller'; readonly entry: CorpusEntry; readonly before: CorpusEntry }
  /** Nothing smaller was found. */
  | { readonly kind: 'minimal'; readonly entry: CorpusEntry }
  /** Nothing was written. */
  | { readonly kind: 'passes'; readonly entry: CorpusEntry }
  /** What is smaller is another race; see there. */
  | Extract<CorpusNews, { readonly kind: 'found-again' | 'no-verdict' | 'does-not-fit' }>;

/**
 * @param entry one that fails
 * @returns undefined, with nothing written, if the campaign was ended meanwhile
 * @throws Fault of the machine, of the model's file, or `cannot-write`; StallError
 */
export async function minimiseEntry(
  entry: CorpusEntry,
  place: RerunPlace,
): Promise<MinimiseNews | undefined> {
  const again = await runAgain(entry, place);
  if (place.stopped()) return undefined;
  if (again.kind === 'passes') return { kind: 'passes', entry };
  if (again.kind !== 'fails') return { ...again, entry };
  // The search begins with the schedule that fails.
  const { schedule } = parseReplayLine(entry.replay);
  const { counterexample } = again.exactly ? await searchAgain(entry.replay, place, [schedule]) : again;
  if (place.stopped()) return undefined;
  if (counterexample === undefined) return { kind: 'minimal', entry };
  const { corpus, now } = place;
  const { at, ...found } = entry.found;
  const fresh = entryOf(counterexample, { at, ...found });
  if (fresh.id !== entry.id)
    return { kind: 'found-again', ...replaceBy(corpus, entry, fresh, now), counterexample };
  // What it is stays; how it looks is told by the release that runs.
  const { replay, story, title } = fresh;
  const order = compare(sizeOf(replay), sizeOf(entry.replay));
  if (order > 0) return { kind: 'minimal', entry };
  const kept = { ...entry, replay, story, title };
  if (order < 0 || story.join('\n') !== entry.story.join('\n')) corpus.update(kept);
  return order < 0 ? { kind: 'smaller', entry: kept, before: entry } : { kind: 'minimal', entry: kept };
}
