/** The table of options makes the command line and the jobs, and the tables of its page say the same. */
import { readFileSync } from 'node:fs';
import type { Command as Commander } from 'commander';
import { describe, expect, test } from 'vitest';
import { resolveOptions } from '../../../src/check/resolve-options.ts';
import { certificateTable } from '../../../src/cli/check-certificates-command.ts';
import { limitsOf } from '../../../src/cli/options/limit-table.ts';
import { flagOf, type CommandName, type OptionRow } from '../../../src/cli/options/option.ts';
import { checkOptionNames, checkOptionsOf } from '../../../src/cli/options/search-table.ts';
import { rowsOf, settingRows } from '../../../src/cli/options/table.ts';
import { makeProgram } from '../../../src/cli/program.ts';
import { resolveSettings } from '../../../src/cli/settings.ts';
import { limitNames } from '../../../src/engine/limits.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';

const page = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');
const commands: readonly CommandName[] = [
  'check',
  'certify',
  'replay',
  'fuzz',
  'merge',
  'export',
  'list',
  'main',
];
const isLimit = (name: string): boolean => (limitNames as readonly string[]).includes(name);

/** The rows of a section's table: the first three cells, without their marks. */
function pageRows(section: string): readonly (readonly string[])[] {
  const text = page.split(/^## /m).find((each) => each.startsWith(`${section}\n`)) ?? '';
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `--'))
    .map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

const pageRow = ([name, row]: readonly [string, OptionRow<any>], key: string = name): readonly string[] => [
  flagOf(row.flag ?? name, row),
  key,
  row.shown ?? '',
];
const sorted = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));

describe('the page has each option with its key and its default, and no other', () => {
  const own = (command: CommandName): readonly (readonly [string, OptionRow<any>])[] =>
    rowsOf(command).filter(([name]) => !isLimit(name));

  test('of check', () => {
    const rows = [...own('check').map((row) => pageRow(row)), ['--config', '', 'see below']];
    expect(sorted(pageRows('Options of check'))).toEqual(sorted(rows));
  });

  test('of certify: those that mean the same are named', () => {
    const names = /It takes ([^.]*) as `check` does/.exec(page)?.[1] ?? '';
    const same = [...names.matchAll(/`(--[\w-]+)`/g)].map(([, flag]) => flag);
    const rows = [
      ...own('certify').map((row) => pageRow(row)),
      ...Object.entries(certificateTable).map((row) => pageRow(row, '')),
    ];
    const left = rows.filter(([flag]) => !same.includes(flag));
    expect(sorted(pageRows('Options of certify'))).toEqual(sorted(left));
    const found = rows.filter((row) => !left.includes(row)).map(([flag]) => flag);
    expect(new Set(same)).toEqual(new Set(['--config', ...found]));
  });
});

const subcommands: readonly (readonly [string, CommandName])[] = [
  ['corpus list', 'corpus'],
  ['corpus show', 'corpus'],
  ['corpus run', 'corpus run'],
  ['corpus prune', 'corpus'],
];

test.each([...commands.map((name) => [name, name] as const), ...subcommands])(
  '%s takes the rows of %s, with what they say',
  (path, name) => {
    let command: Commander | undefined = makeProgram(() => undefined);
    for (const word of path.split(' ')) command = command?.commands.find((each) => each.name() === word);
    const options = command?.options ?? [];
    for (const [row, { flag = row, help, shown, ...rest }] of rowsOf(name)) {
      const option = options.find(({ long }) => long === flagOf(flag, rest));
      const text = shown === undefined ? help : `${help} (default: ${shown})`;
      expect(option?.description, flag).toBe(text);
      expect(option?.attributeName()).toBe(flag);
    }
    expect(options.map(({ long }) => long)).toEqual([...new Set(options.map(({ long }) => long))]);
  },
);

test('no two settings have one name, be it a flag or the name of the library', () => {
  const names = settingRows().flatMap(([name, { flag = name }]) => [...new Set<string>([name, flag])]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('what was typed reaches the library under its own name', () => {
  const line = {
    sessions: '2-4',
    operations: '3',
    runs: '7',
    total: '900',
    withoutNews: '15',
    schedules: '50',
    strategy: 'pct',
    lanes: '2',
    reduction: false,
    seed: 'x',
    path: '0:1',
    shrink: false,
    failOnWarnings: true,
  };
  const asked = {
    sessions: { min: 2, max: 4 },
    maxOperations: 3,
    numRuns: 7,
    maxTotalSchedules: 900,
    maxSchedulesWithoutNews: 15,
    maxSchedules: 50,
    strategy: 'pct',
    lanes: 2,
    reduction: false,
    seed: 'x',
    path: '0:1',
    shrink: false,
    failOnWarnings: true,
  };

  test('from the command line', () => {
    expect(Object.keys(asked).sort()).toEqual([...checkOptionNames].sort());
    expect(checkOptionsOf(resolveSettings(line, undefined, {}))).toEqual(asked);
  });

  test('from a file, under either name', () => {
    const file = 'lockstep.config.json';
    expect(checkOptionsOf(resolveSettings({}, { file, value: line }, {}))).toEqual(asked);
    expect(checkOptionsOf(resolveSettings({}, { file, value: asked }, {}))).toEqual(asked);
  });

  test('and the library takes it', () => {
    const settings = resolveSettings(line, undefined, {});
    const options = { ...checkOptionsOf(settings), limits: limitsOf(settings), engine: postgres() };
    expect(resolveOptions(options as Parameters<typeof resolveOptions>[0])).toMatchObject({
      minSessions: 2,
      maxSessions: 4,
      maxOperations: 3,
      numRuns: 7,
      budget: 900,
      maxSchedules: 50,
    });
  });

  test('what is not given is left to the library', () => {
    expect(Object.values(checkOptionsOf(resolveSettings({}, undefined, {})))).toEqual(
      checkOptionNames.map(() => undefined),
    );
  });
});
