/** What the commands have in common that run races of a corpus: which races, on which executors, and what is said of each. */
import { targetOf } from '../../campaign/cells.ts';
import { Corpus } from '../../campaign/corpus/corpus.ts';
import type { CorpusEntry } from '../../campaign/corpus/entry.ts';
import type { CorpusNews } from '../../campaign/corpus/rerun-entry.ts';
import type { RerunPlace } from '../../campaign/corpus/run-again.ts';
import { StallError, type Executor } from '../../campaign/executor.ts';
import { engineNames } from '../../campaign/job.ts';
import type { ModelFacts } from '../../campaign/model-facts.ts';
import { workThrough } from '../../campaign/queue.ts';
import type { Fault } from '../../core/fault.ts';
import { explain, findModels, type Command } from '../command.ts';
import { limitsOf } from '../options/limit-table.ts';
import { executorsOf, watchOf } from '../watch.ts';
import { damageOf, raceText } from './race-texts.ts';

export type DoesNotFit = Extract<CorpusNews, { readonly kind: 'does-not-fit' }>;

export interface RaceWork<News> {
  /** Whether files were named: then the races of other models are left alone. */
  readonly some: boolean;
  readonly wanted: (entry: CorpusEntry) => boolean;
  /** Undefined if the campaign was ended meanwhile. */
  readonly work: (entry: CorpusEntry, place: RerunPlace) => Promise<News | undefined>;
  /** Called before it is told. */
  readonly settle?: (news: News | DoesNotFit, corpus: Corpus) => void;
  /** @param modelPath the file of its model */
  readonly tell: (news: News | DoesNotFit, modelPath: string | undefined) => readonly string[];
}

export interface RacesDone<News> {
  /** `stalled`: its operation never gave control back. */
  readonly news: readonly (News | DoesNotFit | 'stalled')[];
  /** Damaged files, and what else kept a race from being run; told already. */
  readonly faults: readonly Fault[];
}

export async function eachRace<News extends { readonly entry: CorpusEntry }>(
  command: Command,
  { some, wanted, work, settle, tell }: RaceWork<News>,
): Promise<RacesDone<News>> {
  const { settings, terminal, interrupt } = command;
  const corpus = Corpus.open(settings.corpus);
  const damage = damageOf(corpus);
  for (const fault of damage) explain(fault, terminal);
  const models = corpus.entries.length === 0 ? [] : await findModels(command);
  const modelOf = ({ identity }: CorpusEntry): ModelFacts | undefined =>
    models.find(({ id }) => id === identity.model);
  const chosen = some || settings.variant !== undefined || settings.kind !== undefined;
  const items = corpus.entries.filter((entry) => wanted(entry) && (!chosen || modelOf(entry) !== undefined));

  const run = async (entry: CorpusEntry, executor: Executor): Promise<News | DoesNotFit | undefined> => {
    const model = modelOf(entry);
    const { model: id, driver } = entry.identity;
    if (model === undefined) return { kind: 'does-not-fit', entry, why: `no file exports the model ${id}` };
    const engine = engineNames.find((name) => name === driver);
    if (engine === undefined)
      return { kind: 'does-not-fit', entry, why: `this release has no engine ${driver}` };
    return work(entry, {
      ...targetOf(model, engine, settings.server),
      corpus,
      executor,
      limits: limitsOf(settings),
      now: new Date().toISOString(),
      stopped: () => interrupt.caught !== undefined,
    });
  };

  const outcomes = await workThrough<CorpusEntry, News | DoesNotFit | 'stalled'>({
    ...watchOf(command),
    items,
    executors: await executorsOf(command, items.length, models),
    work: async (entry, { index, executor }) => {
      terminal.began(`${index + 1}/${items.length} ${raceText(entry)}`);
      try {
        return await run(entry, executor);
      } catch (error) {
        if (!(error instanceof StallError)) throw error;
        terminal.err(`INCONCLUSIVE  ${raceText(entry)}: ${error.message}`);
        return 'stalled';
      }
    },
    onResult: (news) => {
      if (news === 'stalled') return;
      settle?.(news, corpus);
      for (const text of tell(news, modelOf(news.entry)?.file)) terminal.out(text);
    },
  });
  return {
    news: outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : [])),
    faults: [...damage, ...outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.fault] : []))],
  };
}
