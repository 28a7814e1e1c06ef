/** The output of `lockstep fuzz`: one live line on a terminal, plain lines in a log, each race with its story. */
import type { CorpusNews } from '../campaign/corpus/rerun-entry.ts';
import type { RaceRecord } from '../campaign/fuzz/race-record.ts';
import { targetText, type Target } from '../campaign/fuzz/target.ts';
import type { CheckResult } from '../core/result.ts';
import { statusText, type CampaignBudget, type CampaignStatus } from '../report/campaign-text.ts';
import { formatCounterexample } from '../report/story.ts';
import { describeInconclusive, formatResult } from '../report/verdict-line.ts';
import type { Command } from './command.ts';

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

  known(news: CorpusNews): void {
    const { terminal } = this.#command;
    const { id, title } = news.entry;
    if (news.kind === 'fails' || news.kind === 'found-again') this.failing += 1;
    terminal.out(`known race ${id} ${newsText(news)}: ${title}`);
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

function newsText(news: CorpusNews): string {
  switch (news.kind) {
    case 'fails':
      return news.back ? 'fails again' : 'still fails';
    case 'found-again':
      return `fails as another race now, ${news.as.id}`;
    case 'passes':
      return 'no longer fails, and is kept as a regression';
    case 'no-verdict':
      return `has no verdict this time (${describeInconclusive(news.inconclusive)})`;
    case 'does-not-fit':
      return `does not fit the code any more (${news.why})`;
  }
}
