/** `lockstep corpus run`: every race on the code as it is now. */
import { rerunEntry, type CorpusNews } from '../../campaign/corpus/rerun-entry.ts';
import type { CheckResult } from '../../core/result.ts';
import { count } from '../../report/text.ts';
import type { Command } from '../command.ts';
import { exitCodeOf } from '../exit-code.ts';
import type { OptionTable } from '../options/option.ts';
import { yesOrNo } from '../values.ts';
import { eachRace } from './each-race.ts';
import { newsTexts } from './race-texts.ts';

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

export async function runCorpusCommand(
  command: Command,
  { some, retire }: CorpusRunRequest,
): Promise<number> {
  const { terminal } = command;
  const started = performance.now();
  const { news, faults } = await eachRace<CorpusNews>(command, {
    some,
    wanted: ({ state }) => state.kind !== 'retired',
    work: rerunEntry,
    settle: (each, corpus) => {
      if (each.kind !== 'does-not-fit' || !retire) return;
      const seen = new Date().toISOString();
      corpus.update({ ...each.entry, state: { kind: 'retired', seen, reason: each.why } });
    },
    tell: (each, modelPath) => newsTexts(each, retire, modelPath, terminal),
  });
  const verdicts = news.flatMap((each) => verdictsOf(each, retire));
  const of = (verdict: CheckResult['verdict']): number => verdicts.filter((each) => each === verdict).length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  terminal.out(
    `${count(verdicts.length, 'race')}: ${of('violated')} failing, ${of('holds')} mended, ${of('inconclusive')} without a verdict, ${seconds} s`,
  );
  return exitCodeOf(
    verdicts.map((verdict) => ({ verdict })),
    faults,
  );
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
