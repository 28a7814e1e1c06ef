/** The words about races of a corpus. */
import type { Corpus } from '../../campaign/corpus/corpus.ts';
import type { CorpusEntry, RaceState } from '../../campaign/corpus/entry.ts';
import type { CorpusNews } from '../../campaign/corpus/rerun-entry.ts';
import { labelled } from '../../report/labelled.ts';
import type { Tone } from '../../report/paint.ts';
import { formatCounterexample } from '../../report/story.ts';
import { count, oneLine } from '../../report/text.ts';
import { describeInconclusive } from '../../report/verdict-line.ts';
import { Fault } from '../../core/fault.ts';
import type { Terminal } from '../terminal.ts';

/** `1a2b3c4d5e  bank/faulty on postgres, read committed: lost update (P4): deposit and deposit`. */
export function raceText({ id, identity, title }: CorpusEntry): string {
  const { model, driver, isolation } = identity;
  return `${id}  ${oneLine(`${model} on ${driver}, ${isolation}: ${title}`)}`;
}

export function stateText(state: RaceState): string {
  const day = state.seen.slice(0, 10);
  switch (state.kind) {
    case 'fails':
      return `fails, as seen on ${day}`;
    case 'regression':
      return `no longer fails, as seen on ${day}; kept, so that it is noticed if it comes back`;
    case 'retired':
      return oneLine(`retired on ${day}: ${state.reason}`);
  }
}

/** Each file that cannot be used, as a fault: the other races are used all the same. */
export function damageOf({ damaged }: Pick<Corpus, 'damaged'>): readonly Fault[] {
  return damaged.map(
    ({ file, why }) =>
      new Fault(`cannot read the race ${file}`, {
        code: 'bad-race',
        kind: 'usage',
        detail: why,
        hint: 'restore it from version control, or remove it',
      }),
  );
}

const heads: Readonly<Record<CorpusNews['kind'], readonly [string, Tone]>> = {
  fails: ['FAILS', 'bad'],
  'found-again': ['FAILS', 'bad'],
  passes: ['PASSES', 'good'],
  'no-verdict': ['INCONCLUSIVE', 'doubtful'],
  'does-not-fit': ['OUTDATED', 'doubtful'],
};

/** A known failure takes one line; a race that came back, or another one in its place, comes with its story. */
export function newsTexts(
  news: CorpusNews,
  retire: boolean,
  modelPath: string | undefined,
  terminal: Terminal,
): readonly string[] {
  const [head, tone] = heads[news.kind];
  return [
    ...labelled(head, [`${raceText(news.entry)}${after(news, retire)}`], { ...terminal, tone, tight: true }),
    ...(news.kind === 'found-again' || (news.kind === 'fails' && news.back)
      ? [formatCounterexample(news.counterexample, { ...terminal, modelPath })]
      : []),
    ...(news.kind === 'no-verdict' ? [describeInconclusive(news.inconclusive, terminal)] : []),
  ];
}

function after(news: CorpusNews, retire: boolean): string {
  switch (news.kind) {
    case 'fails':
      return news.back ? '; it had been mended, and is back' : '';
    case 'found-again':
      return `; its scenario fails as another race now, ${news.as.id}, which takes its place`;
    case 'passes': {
      const searched = news.exhaustive ? 'all schedules' : count(news.schedules, 'schedule');
      return `; it no longer fails, in ${searched} of its scenario`;
    }
    case 'no-verdict':
      return '';
    case 'does-not-fit':
      return oneLine(`; ${news.why}; ${retire ? 'retired' : 'lockstep corpus run --retire retires it'}`);
  }
}
