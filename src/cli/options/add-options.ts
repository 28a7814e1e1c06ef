/** Options of the tables, added to a command. */
import { Option, type Command as Commander } from 'commander';
import {
  commanderOption,
  readOptions,
  standardsOf,
  type CommandName,
  type OptionTable,
  type Raw,
} from './option.ts';
import { rowsOf } from './table.ts';

/** A command's own options, its settings, and the configuration file that may hold settings, too. */
export function addOptions(commander: Commander, name: CommandName, own: OptionTable<any> = {}): Commander {
  addRows(commander, Object.entries(own));
  addRows(commander, rowsOf(name));
  return commander.addOption(
    new Option('--config <file>', 'configuration file (default: lockstep.config.{ts,mts,js,mjs,json} here)'),
  );
}

export function addRows(
  commander: Commander,
  rows: readonly (readonly [string, OptionTable<any>[string]])[],
): Commander {
  for (const [name, row] of rows) commander.addOption(commanderOption(name, row));
  return commander;
}

/** The options of one command, with the defaults. @throws Fault `bad-option` */
export function requestOf<Options>(table: OptionTable<Options>, options: Raw): Options {
  return { ...standardsOf(table), ...readOptions(table, options) };
}
