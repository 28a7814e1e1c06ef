/** `lockstep corpus run`: every race on the code as it is now. */
import { targetOf } from '../../campaign/cells.ts';
import { Corpus } from '../../campaign/corpus/corpus.ts';
import type { CorpusEntry } from '../../campaign/corpus/entry.ts';
import { rerunEntry, type CorpusNews } from '../../campaign/corpus/rerun-entry.ts';
import { engineNames } from '../../campaign/job.ts';
import type { ModelFacts } from '../../campaign/model-facts.ts';
import { StallError, type Executor } from '../../campaign/executor.ts';
import { workThrough } from '../../campaign/queue.ts';
import type { CheckResult } from '../../core/result.ts';
import { count } from '../../report/text.ts';
import { explain, findModels, type Command } from '../command.ts';
import { exitCodeOf } from '../exit-code.ts';
import { limitsOf } from '../options/limit-table.ts';
import type { OptionTable } from '../options/option.ts';
import { yesOrNo } from '../values.ts';
import { executorsOf, watchOf } from '../watch.ts';
import { damageOf, newsTexts, raceText } from './race-texts.ts';

export interface CorpusRunOptions {
  /** Whether races that do not fit the code are retired. */
  readonly retire: boolean;
}

export const corpusRunTable: OptionTable<CorpusRunOptions> = {
  retire: { read: yesOrNo, standard: false, help: 'retire the races that do not fit the code any more' },
};

export interface CorpusRunRequest extends CorpusRunOptions {
  /** Whether files were named: then the races of other models are left alone. */
  readonly some: boolean;
}

export async function runCorpusCommand(command: Command, request: CorpusRunRequest): Promise<number> {
  const { settings, terminal } = command;
  const started = performance.now();
  const corpus = Corpus.open(settings.corpus);
  const damage = damageOf(corpus);
  for (const fault of damage) explain(fault, terminal);
  const models = corpus.entries.length === 0 ? [] : await findModels(command);
  const modelOf = ({ identity }: CorpusEntry): ModelFacts | undefined =>
    models.find(({ id }) => id === identity.model);
  const chosen = request.some || settings.variant !== undefined || settings.kind !== undefined;
  const items = corpus.entries.filter(
    (entry) => entry.state.kind !== 'retired' && (!chosen || modelOf(entry) !== undefined),
  );
  const outcomes = await workThrough<CorpusEntry, CorpusNews | 'stalled'>({
    ...watchOf(command),
    items,
    executors: await executorsOf(command, items.length, models),
    work: async (entry, { index, executor }) => {
      terminal.began(`${index + 1}/${items.length} ${raceText(entry)}`);
      const news = await newsOf(command, corpus, { entry, model: modelOf(entry), executor });
      if (news === undefined) return undefined;
      if (news !== 'stalled' && news.kind === 'does-not-fit' && request.retire)
        corpus.update({ ...entry, state: { kind: 'retired', seen: now(), reason: news.why } });
      return news;
    },
    onResult: (news) => {
      if (news === 'stalled') return;
      for (const text of newsTexts(news, request.retire, modelOf(news.entry)?.file, terminal))
        terminal.out(text);
    },
  });
  const verdicts = outcomes.flatMap((outcome) =>
    outcome.kind === 'done' ? verdictsOf(outcome.result, request.retire) : [],
  );
  const of = (verdict: CheckResult['verdict']): number => verdicts.filter((each) => each === verdict).length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  terminal.out(
    `${count(verdicts.length, 'race')}: ${of('violated')} failing, ${of('holds')} mended, ${of('inconclusive')} without a verdict, ${seconds} s`,
  );
  return exitCodeOf(
    verdicts.map((verdict) => ({ verdict })),
    [...damage, ...outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.fault] : []))],
  );
}

async function newsOf(
  { settings, terminal, interrupt }: Command,
  corpus: Corpus,
  {
    entry,
    model,
    executor,
  }: {
    readonly entry: CorpusEntry;
    readonly model: ModelFacts | undefined;
    readonly executor: Executor;
  },
): Promise<CorpusNews | 'stalled' | undefined> {
  const { model: id, driver } = entry.identity;
  if (model === undefined) return { kind: 'does-not-fit', entry, why: `no file exports the model ${id}` };
  const engine = engineNames.find((name) => name === driver);
  if (engine === undefined)
    return { kind: 'does-not-fit', entry, why: `this release has no engine ${driver}` };
  const target = targetOf(model, engine, settings.server);
  try {
    return await rerunEntry(entry, {
      ...target,
      corpus,
      executor,
      limits: limitsOf(settings),
      now: now(),
      stopped: () => interrupt.caught !== undefined,
    });
  } catch (error) {
    if (!(error instanceof StallError)) throw error;
    terminal.err(`INCONCLUSIVE  ${raceText(entry)}: ${error.message}`);
    return 'stalled';
  }
}

/** A retired race has none: nothing is asked of it any more. */
function verdictsOf(news: CorpusNews | 'stalled', retire: boolean): readonly CheckResult['verdict'][] {
  if (news === 'stalled') return ['inconclusive'];
  switch (news.kind) {
    case 'fails':
    case 'found-again':
      return ['violated'];
    case 'passes':
      return ['holds'];
    case 'no-verdict':
      return ['inconclusive'];
    case 'does-not-fit':
      return retire ? [] : ['inconclusive'];
  }
}

function now(): string {
  return new Date().toISOString();
}
