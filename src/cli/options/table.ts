/**
 * The table of settings, one row for each, with the types beside the rows. The names are the library's (`maxSchedules`);
 * a row's `flag` is the shorter one of the command line (`--schedules`). The command line, the configuration file and the
 * jobs are made from this table, and a test checks the tables of docs/command-line.md against it.
 */
import { limitOptionTable, type LimitSettings } from './limit-table.ts';
import type { CommandName, OptionRow, SettingRow, SettingTable } from './option.ts';
import { runTable, type RunSettings } from './run-table.ts';
import { searchTable, type SearchSettings } from './search-table.ts';

/** The settings of a run: options of the command line, keys of the configuration file. */
export interface Settings extends SearchSettings, RunSettings, LimitSettings {}

export const settingTable: SettingTable<Settings> = { ...runTable, ...searchTable, ...limitOptionTable };

export function settingRows(): readonly (readonly [keyof Settings, SettingRow<any>])[] {
  return Object.entries<SettingRow<any>>(settingTable) as [keyof Settings, SettingRow<any>][];
}

/** The rows of a command, with the help of that command. */
export function rowsOf(command: CommandName): readonly (readonly [keyof Settings, OptionRow<any>])[] {
  return settingRows()
    .filter(([, { commands }]) => commands.includes(command))
    .map(([name, row]) => {
      const own = row.own?.[command];
      return [name, own === undefined ? row : { ...row, shown: undefined, ...own }] as const;
    });
}
