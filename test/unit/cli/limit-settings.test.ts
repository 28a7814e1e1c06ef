/** Every limit of the engine can be set on the command line and in the configuration file, and its page says so. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { limitsOf } from '../../../src/cli/options/limit-table.ts';
import { makeProgram } from '../../../src/cli/program.ts';
import { resolveSettings } from '../../../src/cli/settings.ts';
import { defaultLimits, limitNames } from '../../../src/engine/limits.ts';

const names = limitNames.map((limit) => limit.replace(/Ms$/, ''));
const commands = makeProgram(() => undefined).commands;
const options = commands.find((each) => each.name() === 'check')?.options ?? [];
const limitOptions = options.filter((option) => names.includes(option.attributeName()));

test.each(['check', 'certify', 'replay', 'main'])('%s takes each limit as an option', (name) => {
  const command = commands.find((each) => each.name() === name);
  expect(command?.options.map((option) => option.attributeName())).toEqual(expect.arrayContaining(names));
});

test.each(limitNames)('%s on the command line goes before the file, and reaches the engine', (limit) => {
  const name = limit.replace(/Ms$/, '');
  const isTime = limit.endsWith('Ms');
  const config = { file: 'lockstep.config.json', value: { [name]: isTime ? '7s' : 7 } };
  expect(limitsOf(resolveSettings({}, config))).toEqual({ [limit]: isTime ? 7000 : 7 });
  const own = { file: 'lockstep.config.json', value: { [limit]: 7 } };
  expect(limitsOf(resolveSettings({}, own))).toEqual({ [limit]: 7 });
  const line = { [name]: isTime ? '9s' : '9' };
  expect(limitsOf(resolveSettings(line, config))).toEqual({ [limit]: isTime ? 9000 : 9 });
});

test('a limit that is not given is left to the engine', () => {
  expect(limitsOf(resolveSettings({}, undefined))).toEqual({});
});

test('a value that is none: the option is named as it was typed', () => {
  expect(() => resolveSettings({ stepTimeout: 'soon' }, undefined)).toThrow('--step-timeout takes a time');
  expect(() => resolveSettings({ maxSteps: '0' }, undefined)).toThrow('--max-steps takes a whole number');
});

test('the page and the help have each with its default', () => {
  const page = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');
  for (const option of limitOptions) {
    const standard = /\(default: (\w+)\)/.exec(option.description)?.[1] ?? '';
    const row = page.split('\n').find((line) => line.startsWith(`| \`${option.long}\``));
    const limit = limitNames.find((name) => name.replace(/Ms$/, '') === option.attributeName());
    expect(row, option.flags).toContain(`\`${option.attributeName()}\``);
    expect(row, option.flags).toContain(`\`${limit}\``);
    expect(row).toMatch(new RegExp(`\\| \`?${standard}\`? `));
  }
  expect(limitOptions).toHaveLength(Object.keys(defaultLimits).length);
});
