/** `lockstep corpus migrate`: the races of code whose names changed. */
import { Corpus } from '../../campaign/corpus/corpus.ts';
import { migrate, type Renames } from '../../campaign/corpus/migrate.ts';
import { count } from '../../report/text.ts';
import { explain, type Command } from '../command.ts';
import { exitCodeOf } from '../exit-code.ts';
import type { OptionTable } from '../options/option.ts';
import { renames } from '../values.ts';
import { damageOf, raceText } from './race-texts.ts';

export interface MigrateOptions {
  readonly model: Renames['models'];
  readonly operation: Renames['operations'];
}

export const migrateTable: OptionTable<MigrateOptions> = {
  model: {
    argument: '<old=new>',
    read: renames,
    standard: new Map(),
    several: true,
    help: 'models that are called otherwise now, as in bank=accounts or bank/old=bank/faulty, separated by commas',
  },
  operation: {
    argument: '<old=new>',
    read: renames,
    standard: new Map(),
    several: true,
    help: 'operations that are called otherwise now, separated by commas',
  },
};

export function migrateCorpusCommand(
  { settings, terminal }: Command,
  { model, operation }: MigrateOptions,
): Promise<number> {
  const corpus = Corpus.open(settings.corpus);
  // What lies in the wrong place is moved now.
  const faults = damageOf({ damaged: corpus.damaged.filter(({ entry }) => entry === undefined) });
  for (const fault of faults) explain(fault, terminal);
  const migrated = migrate(corpus, { models: model, operations: operation });
  for (const { before, after, joined } of migrated)
    terminal.out(`${before.id} -> ${raceText(after)}${joined ? '; it was known by that name, too' : ''}`);
  terminal.out(`${count(migrated.length, 'race')} rewritten`);
  return Promise.resolve(exitCodeOf([], faults));
}
