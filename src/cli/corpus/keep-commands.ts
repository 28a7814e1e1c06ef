/** `lockstep corpus list`, `show` and `prune`: nothing is run. */
import { Corpus } from '../../campaign/corpus/corpus.ts';
import type { CorpusEntry } from '../../campaign/corpus/entry.ts';
import { Fault } from '../../core/fault.ts';
import { labelled } from '../../report/labelled.ts';
import { replayCommand } from '../../report/replay-command.ts';
import { count } from '../../report/text.ts';
import { explain, type Command } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { damageOf, raceText, stateText } from './race-texts.ts';

export function listCorpusCommand({ settings, terminal }: Command): Promise<number> {
  const corpus = Corpus.open(settings.corpus);
  const faults = damageOf(corpus);
  for (const fault of faults) explain(fault, terminal);
  for (const entry of corpus.entries) terminal.out(`${entry.state.kind.padEnd(10)}  ${raceText(entry)}`);
  const of = (kind: CorpusEntry['state']['kind']): number =>
    corpus.entries.filter(({ state }) => state.kind === kind).length;
  terminal.out(
    `${count(corpus.entries.length, 'race')} in ${corpus.folder}: ${of('fails')} failing, ${of('regression')} mended, ${of('retired')} retired`,
  );
  return Promise.resolve(exitCodeOf([], faults));
}

/** @throws Fault `no-such-race` */
export function showRaceCommand({ settings, terminal }: Command, start: string): Promise<number> {
  const entry = raceOf(Corpus.open(settings.corpus), start);
  const { identity, found, replay, story } = entry;
  const { at, engine, seed, schedules } = found;
  const lines = [
    ...labelled('RACE', [raceText(entry)], { ...terminal, tone: 'heading', tight: true }),
    ...labelled('state', [stateText(entry.state)], terminal),
    ...labelled(
      'found',
      [`${at.slice(0, 10)} on ${engine}, seed ${seed}, after ${count(schedules, 'schedule')}`],
      terminal,
    ),
    ...labelled('pair', identity.pair ?? [], terminal),
    ...labelled('replay', [replayCommand({ replay, setting: { model: identity.model } })], {
      ...terminal,
      width: Infinity,
    }),
    '',
    ...story,
  ];
  terminal.out(lines.join('\n'));
  return Promise.resolve(exitCodes.holds);
}

function raceOf({ entries, folder }: Corpus, start: string): CorpusEntry {
  const fitting = entries.filter(({ id }) => id.startsWith(start));
  const [entry, second] = fitting;
  if (entry !== undefined && second === undefined) return entry;
  throw new Fault(
    entry === undefined ? `there is no race ${start}` : `${fitting.length} races begin with ${start}`,
    {
      code: 'no-such-race',
      kind: 'usage',
      detail:
        entry === undefined
          ? `${folder} has ${count(entries.length, 'race')}`
          : fitting.map(raceText).join('\n'),
      hint: 'lockstep corpus list lists the ids',
    },
  );
}

export function pruneCorpusCommand({ settings, terminal }: Command): Promise<number> {
  const corpus = Corpus.open(settings.corpus);
  const faults = damageOf(corpus);
  for (const fault of faults) explain(fault, terminal);
  const kept = new Map<string, CorpusEntry>();
  let removed = 0;
  for (const entry of corpus.entries) {
    const twin = kept.get(entry.replay);
    if (entry.state.kind !== 'retired' && twin === undefined) {
      kept.set(entry.replay, entry);
      continue;
    }
    corpus.remove(entry.id);
    removed += 1;
    const why = entry.state.kind === 'retired' ? stateText(entry.state) : `the same as ${twin?.id}`;
    terminal.out(`removed  ${raceText(entry)}; ${why}`);
  }
  terminal.out(`${count(removed, 'race')} removed, ${count(kept.size, 'race')} kept`);
  return Promise.resolve(exitCodeOf([], faults));
}
