/**
 * Runs a race of the corpus on the code as it is now, and writes what became of it. First its schedule, exactly. If that
 * passes, or the code sends other statements than before, all schedules of its scenario are searched: mended code seldom
 * sends the same statements, so the schedule alone would show little.
 */
import type { Counterexample, Inconclusive } from '../../core/result.ts';
import type { Corpus } from './corpus.ts';
import { entryOf, type CorpusEntry, type RaceState } from './entry.ts';
import { runAgain, type RerunPlace } from './run-again.ts';

/** What became of a race; `entry` is what the corpus now holds. */
export type CorpusNews =
  | {
      readonly kind: 'fails';
      readonly entry: CorpusEntry;
      /** It had been seen to fail no more. */
      readonly back: boolean;
      readonly counterexample: Counterexample;
    }
  /** The scenario fails, but as another race: that one is in the corpus now, and this one is retired. */
  | {
      readonly kind: 'found-again';
      readonly entry: CorpusEntry;
      readonly as: CorpusEntry;
      readonly counterexample: Counterexample;
    }
  /** In that many schedules of its scenario; `exhaustive`: in all. */
  | {
      readonly kind: 'passes';
      readonly entry: CorpusEntry;
      readonly schedules: number;
      readonly exhaustive: boolean;
    }
  | { readonly kind: 'no-verdict'; readonly entry: CorpusEntry; readonly inconclusive: Inconclusive }
  /** The model lacks what the scenario needs. Nothing was written: whether to retire it is for a person to say. */
  | { readonly kind: 'does-not-fit'; readonly entry: CorpusEntry; readonly why: string };

/**
 * @returns undefined, with nothing written, if the campaign was ended meanwhile
 * @throws Fault of the machine, of the model's file, or `cannot-write`; StallError
 */
export async function rerunEntry(entry: CorpusEntry, place: RerunPlace): Promise<CorpusNews | undefined> {
  const found = await runAgain(entry, place);
  if (place.stopped()) return undefined;
  const { corpus, now } = place;
  switch (found.kind) {
    case 'no-verdict':
    case 'does-not-fit':
      return { ...found, entry };
    case 'passes':
      return { ...found, entry: keep(corpus, entry, { kind: 'regression', seen: now }) };
    case 'fails': {
      const { counterexample, exactly } = found;
      const { at, ...rest } = entry.found;
      const fresh = entryOf(counterexample, { at, ...rest });
      if (exactly || fresh.id === entry.id) {
        const { replay, story, title } = exactly ? entry : fresh;
        const kept = keep(corpus, { ...entry, replay, story, title }, { kind: 'fails', seen: now });
        return { kind: 'fails', entry: kept, back: entry.state.kind === 'regression', counterexample };
      }
      return { kind: 'found-again', ...replaceBy(corpus, entry, fresh, now), counterexample };
    }
  }
}

/** A run that sees the same again writes nothing, so that a committed corpus changes only when there is news. */
function keep(corpus: Corpus, entry: CorpusEntry, state: RaceState): CorpusEntry {
  const known = corpus.entries.find(({ id }) => id === entry.id);
  const same = entry.state.kind === state.kind;
  const kept = same ? entry : { ...entry, state };
  if (!same || known?.replay !== entry.replay) corpus.update(kept);
  return kept;
}

/** The scenario of a race fails as another one now: that one is kept, and this one is retired. */
export function replaceBy(
  corpus: Corpus,
  entry: CorpusEntry,
  other: CorpusEntry,
  now: string,
): { readonly entry: CorpusEntry; readonly as: CorpusEntry } {
  const as: CorpusEntry = {
    ...other,
    found: { ...other.found, at: now },
    state: { kind: 'fails', seen: now },
  };
  corpus.add(as);
  const reason = `its scenario fails as another race now: ${as.id}`;
  return { entry: keep(corpus, entry, { kind: 'retired', seen: now, reason }), as };
}
