/** The output of `lockstep fuzz`: one live line on a terminal, plain lines in a log, each race with its story. */
import type { CorpusNews } from '../campaign/corpus/rerun-entry.ts';
import type { RaceRecord } from '../campaign/fuzz/race-record.ts';
import { targetText, type Target } from '../campaign/fuzz/target.ts';
import type { CheckResult } from '../core/result.ts';
import { statusText, type CampaignBudget, type CampaignStatus } from '../report/campaign-text.ts';
import { formatCounterexample } from '../report/story.ts';
import { describeInconclusive, formatResult } from '../report/verdict-line.ts';
import type { Command } from './command.ts';
import { newsTexts } from './corpus/race-texts.ts';

/** Between two lines of a log. */
const logEveryMs = 60_000;
/** Between two changes of the live line; people read no faster. */
const liveEveryMs = 200;

export class FuzzDisplay {
  readonly #command: Command;
  readonly #budget: CampaignBudget;
  #loggedMs = 0;
  #shownMs = 0;
  /** Known races that fail now. */
  failing = 0;

  constructor(command: Command, budget: CampaignBudget) {
    this.#command = command;
    this.#budget = budget;
  }

  known(news: CorpusNews, { model }: Target): void {
    const { terminal } = this.#command;
    if (news.kind === 'fails' || news.kind === 'found-again') this.failing += 1;
    for (const text of newsTexts(news, false, model.file, terminal)) terminal.out(text);
  }

  race({ news, entry, counterexample }: RaceRecord, { model }: Target): void {
    const { terminal } = this.#command;
    if (news === 'back') this.failing += 1;
    const story = formatCounterexample(counterexample, { ...terminal, modelPath: model.file });
    const what = news === 'new' ? 'new race' : 'known race fails again:';
    terminal.out(`${what} ${entry.id}\n\n${story}\n`);
  }

  unwritten(race: CheckResult): void {
    const { terminal } = this.#command;
    terminal.out(`a race that is not in the corpus\n\n${formatResult(race, { ...terminal })}\n`);
  }

  inconclusive({ inconclusive }: CheckResult, target: Target): void {
    if (inconclusive === undefined) return;
    this.#command.terminal.err(`${targetText(target)}: no verdict: ${describeInconclusive(inconclusive)}`);
  }

  status(status: CampaignStatus): void {
    const { terminal } = this.#command;
    const { elapsedMs } = status;
    const text = (): string => statusText(status, this.#budget);
    if (process.stderr.isTTY) {
      if (elapsedMs - this.#shownMs < liveEveryMs) return;
      this.#shownMs = elapsedMs;
      terminal.progress(text());
    } else if (elapsedMs - this.#loggedMs >= logEveryMs) {
      this.#loggedMs = elapsedMs;
      terminal.began(text());
    }
  }
}
