/** An option: one row of a table from which the command line, the configuration file and the docs are made. */
import { Option } from 'commander';
import type { Reader } from '../values.ts';

/** The given values, by flag: texts from the command line, anything from a file. */
export type Raw = Readonly<Record<string, unknown>>;

/** An option whose values are of type `T`; undefined in `T`: it may be left out. */
export interface OptionRow<T> {
  /** Its name on the command line: `sizeLimit` is `--size-limit`. Default: its name in the table. */
  readonly flag?: string;
  /** Its argument, as the help shows it: `<n>`. Undefined: it is a switch. */
  readonly argument?: string;
  readonly read: Reader<NonNullable<T>>;
  /** The default. Undefined: the library's own default, or nothing. */
  readonly standard: T;
  /** Its line in the help: no capital, no full stop. */
  readonly help: string;
  /** The default as people write it. */
  readonly shown?: string | undefined;
  /** Whether it may be given several times. */
  readonly several?: true;
  /** A switch that turns a default off: `--no-shrink`. */
  readonly negated?: true;
  /** Whether the command needs it. */
  readonly required?: true;
}

/** An option of several commands, which can also stand in the configuration file. */
export interface SettingRow<T> extends OptionRow<T> {
  /** The commands that take it; none: it stands in the configuration file only. */
  readonly commands: readonly CommandName[];
  /** An environment variable that counts if neither the command line nor the file sets the option. */
  readonly variable?: string;
  /** Other help for single commands. */
  readonly own?: Partial<Record<CommandName, Pick<OptionRow<T>, 'help' | 'shown'>>>;
}

export type CommandName =
  | 'check'
  | 'certify'
  | 'replay'
  | 'fuzz'
  | 'merge'
  | 'export'
  | 'list'
  | 'main'
  | 'corpus'
  | 'corpus run'
  | 'worker';

export type SettingTable<Settings> = { readonly [K in keyof Settings]: SettingRow<Settings[K]> };

export type OptionTable<Options> = { readonly [K in keyof Options]: OptionRow<Options[K]> };

/** The option of a name: `failOnWarnings` is `--fail-on-warnings`. */
export function flagOf(name: string, { negated }: Pick<OptionRow<unknown>, 'negated'> = {}): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${negated === true ? 'no-' : ''}${words}`;
}

const listOf = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** The option for commander. */
export function commanderOption(name: string, row: OptionRow<any>): Option {
  const { argument, help, shown, several, required } = row;
  const flag = flagOf(row.flag ?? name, row);
  const option = new Option(
    argument === undefined ? flag : `${flag} ${argument}`,
    shown === undefined ? help : `${help} (default: ${shown})`,
  );
  if (required === true) option.makeOptionMandatory();
  return several === true ? option.argParser(listOf) : option;
}

/**
 * Reads the given options, by the names of the table.
 *
 * @param raw by flag (`sizeLimit`)
 * @param called how the user wrote an option, for messages
 * @throws Fault `bad-option` naming the option and the values it takes
 */
export function readOptions<Options>(
  table: OptionTable<Options>,
  raw: Raw,
  called: (flag: string) => string = (flag) => flagOf(flag),
): Partial<Options> {
  const rows = Object.entries<OptionRow<any>>(table);
  const given = rows.flatMap(([name, { flag = name, read }]) =>
    raw[flag] === undefined ? [] : [[name, read(raw[flag], called(flag))] as const],
  );
  return Object.fromEntries(given) as Partial<Options>;
}

/** Every option's default. */
export function standardsOf<Options>(table: OptionTable<Options>): Options {
  const rows = Object.entries<OptionRow<any>>(table);
  return Object.fromEntries(rows.map(([name, { standard }]) => [name, standard])) as Options;
}
