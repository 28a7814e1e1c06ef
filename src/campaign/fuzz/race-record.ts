/** The record of a shrunk failure in the corpus: a new race, one that is back, or one that is known. */
import type { Counterexample, ViolatedResult } from '../../core/result.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { entryOf, type CorpusEntry } from '../corpus/entry.ts';

export interface RaceRecord {
  readonly news: 'new' | 'back' | 'known';
  readonly entry: CorpusEntry;
  readonly counterexample: Counterexample;
}

/**
 * Writes a race into the corpus unless it is known to fail.
 *
 * @param schedules that the campaign had run until then
 * @throws Fault `cannot-write`
 */
export function recordRace(
  corpus: Corpus,
  { counterexample }: ViolatedResult,
  { seed, schedules }: { readonly seed: number | string; readonly schedules: number },
): RaceRecord {
  const fresh = entryOf(counterexample, { at: new Date().toISOString(), seed, schedules });
  const known = corpus.entries.find(({ id }) => id === fresh.id);
  if (known?.state.kind === 'fails') return { news: 'known', entry: known, counterexample };
  if (known === undefined) corpus.add(fresh);
  else corpus.update({ ...fresh, found: known.found });
  return { news: known === undefined ? 'new' : 'back', entry: fresh, counterexample };
}
