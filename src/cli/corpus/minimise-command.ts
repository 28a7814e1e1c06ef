/** `lockstep corpus minimise`: shrinks the races that fail again, on the code as it is now. */
import type { CorpusEntry } from '../../campaign/corpus/entry.ts';
import { minimiseEntry, type MinimiseNews } from '../../campaign/corpus/minimise-entry.ts';
import { callCount } from '../../core/scenario.ts';
import { labelled } from '../../report/labelled.ts';
import { parseReplayLine } from '../../report/replay-line.ts';
import { count } from '../../report/text.ts';
import type { Command } from '../command.ts';
import { exitCodeOf } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { eachRace } from './each-race.ts';
import { newsTexts, raceText } from './race-texts.ts';

export async function minimiseCorpusCommand(
  command: Command,
  request: { readonly some: boolean },
): Promise<number> {
  const { terminal } = command;
  const { news, faults } = await eachRace<MinimiseNews>(command, {
    ...request,
    wanted: ({ state }) => state.kind === 'fails',
    work: minimiseEntry,
    tell: (each, modelPath) => textsOf(each, modelPath, terminal),
  });
  const kinds = news.map((each) => (each === 'stalled' ? each : each.kind));
  const of = (...wanted: readonly (typeof kinds)[number][]): number =>
    kinds.filter((kind) => wanted.includes(kind)).length;
  const open = of('passes', 'no-verdict', 'does-not-fit', 'stalled');
  terminal.out(
    `${count(kinds.length, 'race')}: ${of('smaller', 'found-again')} smaller, ${of('minimal')} as small as before, ${open} not shrunk`,
  );
  return exitCodeOf(open === 0 ? [] : [{ verdict: 'inconclusive' }], faults);
}

function textsOf(news: MinimiseNews, modelPath: string | undefined, terminal: Terminal): readonly string[] {
  const line = (head: string, after: string): string =>
    labelled(head, [`${raceText(news.entry)}${after}`], { ...terminal, tone: 'heading', tight: true }).join(
      '\n',
    );
  switch (news.kind) {
    case 'smaller':
      return [line('SMALLER', `; ${sizeText(news.entry)}, before ${sizeText(news.before)}`)];
    case 'minimal':
      return [line('MINIMAL', '')];
    case 'passes':
      return [line('PASSES', '; lockstep corpus run records that')];
    default:
      return newsTexts(news, false, modelPath, terminal);
  }
}

function sizeText({ replay }: CorpusEntry): string {
  const { scenario, schedule } = parseReplayLine(replay);
  const rows = Object.values(scenario.rows).flat().length;
  return [
    count(scenario.sessions.length, 'session'),
    count(callCount(scenario), 'operation'),
    count(rows, 'row'),
    count(schedule.length, 'deviation'),
  ].join(', ');
}
