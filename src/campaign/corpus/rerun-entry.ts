/**
 * Runs a race of the corpus on the code as it is now, and writes what became of it. First its schedule, exactly. If that
 * passes, or the code sends other statements than before, all schedules of its scenario are searched: mended code seldom
 * sends the same statements, so the schedule alone would show little.
 */
import { Fault } from '../../core/fault.ts';
import type { Counterexample, Inconclusive } from '../../core/result.ts';
import type { Limits } from '../../engine/limits.ts';
import { parseReplayLine } from '../../report/replay-line.ts';
import type { Executor } from '../executor.ts';
import type { Job } from '../job.ts';
import type { Corpus } from './corpus.ts';
import { entryOf, type CorpusEntry, type RaceState } from './entry.ts';

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

export interface RerunPlace extends Pick<Job, 'model' | 'engine'> {
  readonly corpus: Corpus;
  readonly executor: Executor;
  readonly limits: Partial<Limits>;
  /** The time, in ISO 8601. */
  readonly now: string;
}

/** Schedules to run of the scenario; a shrunk one seldom has more. */
const maxSchedules = 1_000;

/** @throws Fault of the machine, of the model's file, or `cannot-write`; StallError */
export async function rerunEntry(entry: CorpusEntry, place: RerunPlace): Promise<CorpusNews> {
  const found = await runAgain(entry, place);
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
      const as: CorpusEntry = {
        ...fresh,
        found: { ...fresh.found, at: now },
        state: { kind: 'fails', seen: now },
      };
      corpus.add(as);
      const reason = `its scenario fails as another race now: ${as.id}`;
      return {
        kind: 'found-again',
        entry: keep(corpus, entry, { kind: 'retired', seen: now, reason }),
        as,
        counterexample,
      };
    }
  }
}

type Found =
  | { readonly kind: 'fails'; readonly counterexample: Counterexample; readonly exactly: boolean }
  | { readonly kind: 'passes'; readonly schedules: number; readonly exhaustive: boolean }
  | { readonly kind: 'no-verdict'; readonly inconclusive: Inconclusive }
  | { readonly kind: 'does-not-fit'; readonly why: string };

async function runAgain(
  { replay: line }: CorpusEntry,
  { executor, model, engine, limits }: RerunPlace,
): Promise<Found> {
  try {
    const replayed = await executor.run({
      kind: 'replay',
      model,
      engine,
      line,
      options: { times: 1, limits },
    });
    if (replayed.counterexample !== undefined)
      return { kind: 'fails', counterexample: replayed.counterexample, exactly: true };
    if (replayed.inconclusive !== undefined)
      return { kind: 'no-verdict', inconclusive: replayed.inconclusive };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const why = error.detail === undefined ? error.message : `${error.message}: ${error.detail}`;
    if (['other-model', 'bad-replay-line'].includes(error.code)) return { kind: 'does-not-fit', why };
    if (error.code !== 'schedule-does-not-fit') throw error;
  }
  const { scenario, isolation, order } = parseReplayLine(line);
  const { counterexample, inconclusive, coverage } = await executor.run({
    kind: 'check',
    model,
    engine,
    // The line is the seed, since a race that comes and goes would help nobody.
    options: { isolation, order, limits, maxSchedules, examples: [scenario], numRuns: 1, seed: line },
  });
  if (counterexample !== undefined) return { kind: 'fails', counterexample, exactly: false };
  if (inconclusive !== undefined) return { kind: 'no-verdict', inconclusive };
  return { kind: 'passes', schedules: coverage.schedules, exhaustive: coverage.exhaustive > 0 };
}

/** A run that sees the same again writes nothing, so that a committed corpus changes only when there is news. */
function keep(corpus: Corpus, entry: CorpusEntry, state: RaceState): CorpusEntry {
  const known = corpus.entries.find(({ id }) => id === entry.id);
  const same = entry.state.kind === state.kind;
  const kept = same ? entry : { ...entry, state };
  if (!same || known?.replay !== entry.replay) corpus.update(kept);
  return kept;
}
