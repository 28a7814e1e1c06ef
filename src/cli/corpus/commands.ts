/** `lockstep corpus`: its commands. */
import type { Command as Commander } from 'commander';
import type { Command } from '../command.ts';
import { addOptions, requestOf } from '../options/add-options.ts';
import type { Raw } from '../options/option.ts';
import { corpusRunTable, runCorpusCommand } from './run-command.ts';
import { migrateCorpusCommand, migrateTable } from './migrate-command.ts';
import { minimiseCorpusCommand } from './minimise-command.ts';
import { listCorpusCommand, pruneCorpusCommand, showRaceCommand } from './keep-commands.ts';

const exits = `
Exit codes:
  0 no race fails   1 a race fails   2 usage, or a damaged file   3 no verdict on a race, or it does not fit the code
  4 engine or harness failed`;

/** @param run runs a command with the settings that were typed, on these files */
export function addCorpusCommands(
  program: Commander,
  run: (options: Raw, files: readonly string[], work: (command: Command) => Promise<number>) => Promise<void>,
): void {
  const corpus = program
    .command('corpus')
    .description('the races that were ever found: list, show, run, minimise, migrate, prune');
  addOptions(corpus.command('list').description('list the races of the corpus'), 'corpus').action(
    (options: Raw) => run(options, [], listCorpusCommand),
  );
  addOptions(
    corpus
      .command('show')
      .description('show one race, as it was when it was found')
      .argument('<id>', 'its id, or the beginning of it'),
    'corpus',
  ).action((id: string, options: Raw) => run(options, [], (command) => showRaceCommand(command, id)));
  addOptions(
    corpus
      .command('run')
      .description('run every race on the code as it is now, and write what became of it')
      .argument('[files...]', 'model files, folders of them, or quoted patterns (default: models/)'),
    'corpus run',
    corpusRunTable,
  )
    .addHelpText(
      'after',
      `${exits}\n\nExamples:\n  lockstep corpus run\n  lockstep corpus run models/bank.ts --retire`,
    )
    .action((files: string[], options: Raw) => {
      const request = { ...requestOf(corpusRunTable, options), some: files.length > 0 };
      return run(options, files, (command) => runCorpusCommand(command, request));
    });
  addOptions(
    corpus
      .command('minimise')
      .description('shrink the races that fail again, as far as it goes')
      .argument('[files...]', 'model files, folders of them, or quoted patterns (default: models/)'),
    'corpus run',
  ).action((files: string[], options: Raw) =>
    run(options, files, (command) => minimiseCorpusCommand(command, { some: files.length > 0 })),
  );
  addOptions(
    corpus
      .command('migrate')
      .description(
        'rewrite the races of models and operations that have other names now; put moved files in place',
      ),
    'corpus',
    migrateTable,
  )
    .addHelpText(
      'after',
      '\nExample:\n  lockstep corpus migrate --model bank=accounts --operation deposit=pay',
    )
    .action((options: Raw) =>
      run(options, [], (command) => migrateCorpusCommand(command, requestOf(migrateTable, options))),
    );
  addOptions(
    corpus
      .command('prune')
      .description('remove retired races, and all but one of those that have the same scenario and schedule'),
    'corpus',
  ).action((options: Raw) => run(options, [], pruneCorpusCommand));
}
