/** Options of the search: those of `check` and `certify`, under the names that these functions give them. */
import type { PlainCheckOptions } from '../../campaign/job.ts';
import { strategyNames } from '../../search/strategies.ts';
import type { IsolationLevel } from '../../core/isolation.ts';
import type { OrderRule } from '../../core/order-rule.ts';
import * as values from '../values.ts';
import type { CommandName, SettingTable } from './option.ts';

/** Options that are passed to `check` unchanged, with the types that it gives them. */
export const checkOptionNames = [
  'sessions',
  'maxOperations',
  'numRuns',
  'maxTotalSchedules',
  'maxSchedulesWithoutNews',
  'maxSchedules',
  'strategy',
  'lanes',
  'reduction',
  'seed',
  'path',
  'shrink',
  'failOnWarnings',
] as const;

type CheckSettings = {
  readonly [K in Exclude<(typeof checkOptionNames)[number], 'sessions'>]: PlainCheckOptions[K];
};

/** Undefined: the default of the library or of the model. */
export interface SearchSettings extends CheckSettings {
  readonly isolation: readonly IsolationLevel[] | undefined;
  readonly order: OrderRule | undefined;
  readonly sessions: { readonly min: number; readonly max: number } | undefined;
  /** The most values of each argument, and the most starting rows, that a certificate covers. */
  readonly values: number | undefined;
  readonly maxSchedulesPerSize: number | undefined;
}

const both: readonly CommandName[] = ['check', 'certify'];
const whole = { argument: '<n>', read: values.wholeNumber, standard: undefined };
const switchOff = { read: values.yesOrNo, standard: undefined, negated: true } as const;

export const searchTable: SettingTable<SearchSettings> = {
  isolation: {
    argument: '<levels>',
    read: values.levels,
    standard: undefined,
    several: true,
    commands: [...both, 'fuzz'],
    help: 'levels separated by commas, or all',
    shown: 'as the model says',
  },
  order: {
    argument: '<rule>',
    read: values.order,
    standard: undefined,
    commands: [...both, 'fuzz'],
    help: 'serial orders that may explain an outcome: session, real-time or free',
    shown: 'as the model says',
  },
  sessions: {
    argument: '<n>',
    read: values.sessions,
    standard: undefined,
    commands: both,
    help: 'sessions of a scenario, as in 2 or 2-4',
    shown: '2-3',
    own: { certify: { help: 'sessions of a scenario at most', shown: '3' } },
  },
  maxOperations: {
    ...whole,
    flag: 'operations',
    commands: both,
    help: 'operations of one session at most',
    shown: '2',
  },
  numRuns: {
    ...whole,
    flag: 'runs',
    commands: ['check'],
    help: 'scenarios to generate',
    shown: 'until --total',
  },
  maxTotalSchedules: {
    ...whole,
    flag: 'total',
    commands: ['check'],
    help: 'schedules of a model at one level in all',
    shown: '2000',
  },
  maxSchedulesWithoutNews: {
    ...whole,
    flag: 'withoutNews',
    commands: ['check'],
    help: 'end after this many schedules in a row that showed nothing new',
  },
  maxSchedules: {
    ...whole,
    flag: 'schedules',
    commands: ['check'],
    help: 'schedules to run of one scenario at most',
    shown: '200',
  },
  strategy: {
    argument: '<name>',
    read: values.strategy,
    standard: undefined,
    commands: ['check'],
    help: strategyNames.join(', '),
    shown: 'automatic',
  },
  lanes: { ...whole, commands: ['check'], help: 'databases to search in at once', shown: '1' },
  reduction: {
    ...switchOff,
    commands: ['check'],
    help: 'run all schedules, also those that are equivalent to one already run',
  },
  seed: {
    argument: '<seed>',
    read: values.seed,
    standard: undefined,
    commands: ['check', 'fuzz', 'main'],
    help: 'number or text',
    shown: 'random, and reported',
    own: {
      fuzz: { help: 'number or text', shown: 'that of the campaign which goes on, else random' },
      main: { help: 'number or text' },
    },
  },
  path: {
    argument: '<path>',
    read: values.text,
    standard: undefined,
    commands: ['check'],
    help: "fast-check's path, as reported with a failure",
  },
  shrink: { ...switchOff, commands: ['check'], help: 'report the first failure as it was found' },
  failOnWarnings: {
    read: values.yesOrNo,
    standard: undefined,
    commands: ['check'],
    help: 'no verdict (exit code 3) if a property may not have been able to fail',
  },
  values: {
    ...whole,
    commands: ['certify'],
    help: 'values of each argument, and starting rows, at most',
    shown: '2',
  },
  maxSchedulesPerSize: {
    ...whole,
    flag: 'sizeLimit',
    commands: ['certify'],
    help: 'leave out a size that has more schedules',
    shown: 'no limit',
  },
};

/** The options of a check, except those of the model's place and its setting. */
export function checkOptionsOf(settings: SearchSettings): Omit<PlainCheckOptions, 'isolation'> {
  return Object.fromEntries(checkOptionNames.map((name) => [name, settings[name]]));
}
