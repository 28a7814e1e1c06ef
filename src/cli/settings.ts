/**
 * The settings of one run. The command line comes before the configuration file, that before the environment, and that
 * before the defaults; one table reads them all.
 */
import type { FoundConfig } from '../campaign/worker/messages.ts';
import { Fault } from '../core/fault.ts';
import { flagOf, readOptions, standardsOf, type Raw } from './options/option.ts';
import { settingRows, settingTable, type Settings } from './options/table.ts';
import { reportFormatNames } from './report-formats.ts';
import { wholeNumber, type Reader } from './values.ts';

/**
 * @param line the given options of the command line, by flag (`sizeLimit`)
 * @throws Fault `bad-option`, `bad-config`
 */
export function resolveSettings(
  line: Raw,
  config: FoundConfig | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Settings {
  const settings: Settings = {
    ...standardsOf(settingTable),
    ...fromEnvironment(env),
    ...(config === undefined ? {} : fromFile(config)),
    ...readOptions(settingTable, line, (flag) => (flag === 'models' ? 'files' : flagOf(flag))),
  };
  const onStdout = reportFormatNames.filter((format) => settings[format] === '-');
  if (onStdout.length > 1) {
    throw new Fault(`only one report can go to stdout, not ${onStdout.join(' and ')}`, {
      code: 'bad-option',
      kind: 'usage',
      hint: 'name files for the others',
    });
  }
  const wantsServer = line['server'] !== undefined;
  if (wantsServer && line['engine'] !== undefined && !settings.engine.includes('postgres')) {
    throw new Fault('--server is for postgres, and --engine asks for pglite', {
      code: 'bad-option',
      kind: 'usage',
      hint: 'leave one of them out',
    });
  }
  return wantsServer && line['engine'] === undefined ? { ...settings, engine: ['postgres'] } : settings;
}

function fromFile({ file, value }: FoundConfig): Partial<Settings> {
  const bad = (detail: string, hint?: string): never => {
    throw new Fault(`the configuration file ${file} cannot be used`, {
      code: 'bad-config',
      kind: 'usage',
      detail,
      hint,
    });
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad('it must give an object', 'export default { models: ["models"] }');
  }
  const names = new Map<keyof Settings, string>();
  for (const key of Object.keys(value)) {
    const name = settingOf(key);
    if (name === undefined)
      return bad(`it has no setting "${key}"`, `there are ${Object.keys(settingTable).join(', ')}`);
    const twin = names.get(name);
    if (twin !== undefined)
      return bad(`"${twin}" and "${key}" are the same setting`, 'leave one of them out');
    names.set(name, key);
  }
  try {
    const raw = value as Raw;
    const given = [...names].filter(([, key]) => raw[key] !== undefined);
    return Object.fromEntries(given.map(([name, key]) => [name, readerOf(name, key)(raw[key], `"${key}"`)]));
  } catch (error) {
    if (error instanceof Fault) return bad(error.message);
    throw error;
  }
}

/** A key is the library's name or the flag of the command line: `maxSchedules` and `schedules`. */
function settingOf(key: string): keyof Settings | undefined {
  return settingRows().find(([name, { flag }]) => key === name || key === flag)?.[0];
}

/** Under the name with the unit, a time is a number of milliseconds: `stepTimeoutMs: 7000` is `stepTimeout: '7s'`. */
function readerOf(name: keyof Settings, key: string): Reader<unknown> {
  return key === name && name.endsWith('Ms') ? wholeNumber : settingTable[name].read;
}

function fromEnvironment(env: NodeJS.ProcessEnv): Partial<Settings> {
  const given = settingRows().flatMap(([name, { variable, read }]) => {
    const value = variable === undefined ? undefined : env[variable];
    return variable === undefined || value === undefined || value === ''
      ? []
      : [[name, read(value, variable)] as const];
  });
  return Object.fromEntries(given);
}
