/** The commands for what nights leave: `lockstep merge` and `lockstep trends`. */
import type { Command as Commander } from 'commander';
import type { Command } from '../command.ts';
import { addOptions, addRows, requestOf } from '../options/add-options.ts';
import type { Raw } from '../options/option.ts';
import { trendsCommand, trendsTable } from './trends-command.ts';
import { mergeCommand, mergeTable } from './merge-command.ts';

/** @param run runs a command with the settings that were typed, on these files @param exit called with an exit code */
export function addNightCommands(
  program: Commander,
  run: (options: Raw, files: readonly string[], work: (command: Command) => Promise<number>) => Promise<void>,
  exit: (code: number) => void,
): void {
  addOptions(
    program
      .command('merge')
      .description('join what the shards of a campaign left: coverage, races, results and plots')
      .argument('<folders...>', 'folders that lockstep fuzz --shard left, with what is below them'),
    'merge',
    mergeTable,
  )
    .addHelpText(
      'after',
      `\nExit codes:\n  0 joined, whatever was found, also if a shard is missing   2 usage, or a damaged file   4 a file could not be written\n\nExample:\n  lockstep merge shards/* --issue issue.md --html report.html`,
    )
    .action((places: string[], options: Raw) => {
      const request = { places, ...requestOf(mergeTable, options) };
      return run(options, [], (command) => mergeCommand(command, request));
    });

  addRows(
    program
      .command('trends')
      .description(
        'make one page with plots of coverage, races and speed, over a campaign and over nights; nothing is run',
      )
      .argument('[folders...]', 'folders that lockstep fuzz or lockstep merge left (default: reports)'),
    Object.entries(trendsTable),
  )
    .addHelpText(
      'after',
      `\nExit codes:\n  0 written   2 nothing is found, a damaged file, or an option does not fit\n\nExamples:\n  lockstep trends --open\n  lockstep trends reports shards --markdown -`,
    )
    .action(async (places: string[], options: Raw) =>
      exit(await trendsCommand({ places, ...requestOf(trendsTable, options) })),
    );
}
