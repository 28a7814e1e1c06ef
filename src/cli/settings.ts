/**
 * What one run is asked to do: the command line over the configuration file over the environment over defaults.
 * A setting has one name everywhere: `--max-x` on the command line is `maxX` in the file.
 */
import type { EngineName } from '../campaign/job.ts';
import type { FoundConfig } from '../campaign/worker/messages.ts';
import { Fault } from '../core/fault.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { VariantKind } from '../core/model.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { StrategyName } from '../check/options.ts';
import { limitDefaults, limitReaders, type LimitSettings } from './limit-settings.ts';
import { reportFormatNames, type ReportFiles } from './report-formats.ts';
import * as values from './values.ts';
import type { Reader } from './values.ts';

export interface Settings extends ReportFiles, LimitSettings {
  /** Files, folders and patterns to look for models in. */
  readonly models: readonly string[];
  readonly engine: readonly EngineName[];
  readonly server: string | undefined;
  /** Undefined: what each model says. */
  readonly isolation: readonly IsolationLevel[] | undefined;
  readonly order: OrderRule | undefined;
  readonly sessions: { readonly min: number; readonly max: number } | undefined;
  readonly operations: number | undefined;
  readonly runs: number | undefined;
  readonly schedules: number | undefined;
  /** Schedules of all scenarios together. */
  readonly total: number | undefined;
  readonly strategy: StrategyName;
  readonly lanes: number | undefined;
  /** Processes that work at once. */
  readonly workers: number | undefined;
  readonly seed: number | string | undefined;
  readonly path: string | undefined;
  /** For the whole command, in milliseconds. */
  readonly time: number | undefined;
  readonly variant: readonly string[] | undefined;
  readonly reduction: boolean;
  /** Only models of these kinds. */
  readonly kind: readonly VariantKind[] | undefined;
  /** Values of each argument, and starting rows, that a certificate covers at most. */
  readonly values: number | undefined;
  /** A size with more schedules is left out of a certificate. */
  readonly sizeLimit: number | undefined;
  /** Where certificates are. */
  readonly certificates: string;
  readonly shrink: boolean;
  readonly failOnWarnings: boolean;
  readonly reports: string;
  /** How long an operation may keep the process busy, in milliseconds. */
  readonly stall: number;
}

const readers: { readonly [K in keyof Settings]: Reader<NonNullable<Settings[K]>> } = {
  models: values.texts,
  engine: values.engines,
  server: values.text,
  isolation: values.levels,
  order: values.order,
  sessions: values.sessions,
  operations: values.wholeNumber,
  runs: values.wholeNumber,
  schedules: values.wholeNumber,
  total: values.wholeNumber,
  strategy: values.strategy,
  lanes: values.wholeNumber,
  workers: values.wholeNumber,
  seed: values.seed,
  path: values.text,
  time: values.duration,
  variant: values.texts,
  kind: values.kinds,
  values: values.wholeNumber,
  sizeLimit: values.wholeNumber,
  certificates: values.text,
  json: values.output,
  reduction: values.yesOrNo,
  html: values.output,
  markdown: values.output,
  junit: values.output,
  sarif: values.output,
  github: values.output,
  shrink: values.yesOrNo,
  failOnWarnings: values.yesOrNo,
  reports: values.text,
  stall: values.duration,
  ...limitReaders,
};

const defaults: Settings = {
  models: ['models'],
  engine: ['postgres'],
  server: undefined,
  isolation: undefined,
  order: undefined,
  sessions: undefined,
  operations: undefined,
  runs: undefined,
  schedules: undefined,
  total: undefined,
  strategy: 'automatic',
  lanes: undefined,
  workers: undefined,
  seed: undefined,
  path: undefined,
  time: undefined,
  variant: undefined,
  kind: undefined,
  values: undefined,
  sizeLimit: undefined,
  certificates: 'certificates',
  json: undefined,
  reduction: true,
  html: undefined,
  markdown: undefined,
  junit: undefined,
  sarif: undefined,
  github: undefined,
  shrink: true,
  failOnWarnings: false,
  reports: 'reports',
  stall: 30_000,
  ...limitDefaults,
};

export type Raw = Readonly<Record<string, unknown>>;

/**
 * @param line options of the command line by setting name; those that were not given are left out
 * @throws Fault `bad-option`, `bad-config`
 */
export function resolveSettings(
  line: Raw,
  config: FoundConfig | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Settings {
  const environment = { server: given(env['LOCKSTEP_SERVER']), stall: given(env['LOCKSTEP_STALL']) };
  const settings = {
    ...defaults,
    ...read(environment, (name) => `LOCKSTEP_${name.toUpperCase()}`),
    ...(config === undefined ? {} : fromFile(config)),
    ...read(line, (name) => (name === 'models' ? 'files' : values.flagOf(name))),
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
  for (const key of Object.keys(value)) {
    if (!(key in readers))
      return bad(`it has no setting "${key}"`, `there are ${Object.keys(readers).join(', ')}`);
  }
  try {
    return read(value as Raw, (name) => `"${name}"`);
  } catch (error) {
    if (error instanceof Fault) return bad(error.message);
    throw error;
  }
}

function read(raw: Raw, called: (name: string) => string): Partial<Settings> {
  const entries = Object.entries(raw).filter(([name, value]) => value !== undefined && name in readers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, readers[name as keyof Settings](value, called(name))]),
  );
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
