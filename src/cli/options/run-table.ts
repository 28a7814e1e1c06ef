/** Options of how a command runs: the models, the server, the number of processes, the files to write. */
import type { EngineName } from '../../campaign/job.ts';
import type { VariantKind } from '../../core/model.ts';
import type { ReportFiles } from '../report-formats.ts';
import * as values from '../values.ts';
import type { CommandName, SettingTable } from './option.ts';

/** Undefined: not given. */
export interface RunSettings extends ReportFiles {
  /** Files, folders and patterns. */
  readonly models: readonly string[];
  readonly engine: readonly EngineName[];
  readonly server: string | undefined;
  readonly workers: number | undefined;
  /** URL of the Postgres database that holds the queue. */
  readonly queue: string | undefined;
  /** For the whole command, in milliseconds. */
  readonly time: number | undefined;
  readonly variant: readonly string[] | undefined;
  readonly kind: readonly VariantKind[] | undefined;
  /** A commit; only models that changed since then. */
  readonly changedSince: string | undefined;
  readonly certificates: string;
  readonly reports: string;
  readonly corpus: string;
  /** How long an operation may keep the process busy, in milliseconds. */
  readonly stall: number;
}

const searching: readonly CommandName[] = ['check', 'certify', 'fuzz'];
const running: readonly CommandName[] = [
  'check',
  'certify',
  'replay',
  'fuzz',
  'main',
  'corpus run',
  'worker',
];
const output = {
  argument: '<file>',
  read: values.output,
  standard: undefined,
  commands: ['check', 'fuzz', 'merge'],
} as const;

export const runTable: SettingTable<RunSettings> = {
  models: {
    read: values.texts,
    standard: ['models'],
    commands: [],
    help: 'files, folders and patterns to look for models in',
    shown: 'models',
  },
  engine: {
    argument: '<name>',
    read: values.engines,
    standard: ['postgres'],
    commands: ['check', 'certify', 'replay', 'fuzz'],
    help: 'postgres, pglite or all',
    shown: 'postgres',
    own: { replay: { help: 'postgres or pglite', shown: "the line's" } },
  },
  server: {
    argument: '<url>',
    read: values.databaseUrl,
    standard: undefined,
    variable: 'LOCKSTEP_SERVER',
    commands: running,
    help: 'use this Postgres server, in a database of our own',
    shown: '$LOCKSTEP_SERVER, else a throw-away server',
  },
  workers: {
    argument: '<n>',
    read: values.wholeNumber,
    standard: undefined,
    commands: [...searching, 'corpus run'],
    help: 'processes that work at once, each with its own server',
    shown: 'one for each core, at most 8',
  },
  queue: {
    argument: '<url>',
    read: values.databaseUrl,
    standard: undefined,
    commands: [...searching, 'corpus run', 'worker'],
    help: 'have workers anywhere do the jobs, by a queue in this Postgres database',
    own: { worker: { help: 'the Postgres database of the queue' } },
  },
  time: {
    argument: '<time>',
    read: values.duration,
    standard: undefined,
    commands: ['check', 'certify', 'fuzz', 'main'],
    help: 'for the whole command, as in 90s or 5m',
    shown: 'no limit',
    own: {
      certify: { help: 'for the whole command; a size that does not fit is left out', shown: 'no limit' },
      fuzz: { help: 'how long to hunt, as in 5m or 8h', shown: '10m, or no limit with --schedules' },
    },
  },
  variant: {
    argument: '<names>',
    read: values.texts,
    standard: undefined,
    several: true,
    commands: [...searching, 'list', 'main', 'corpus run'],
    help: 'only models with these variants, separated by commas',
  },
  kind: {
    argument: '<kinds>',
    read: values.kinds,
    standard: undefined,
    several: true,
    commands: [...searching, 'list', 'corpus run'],
    help: 'only models of these kinds: reported, tempting, mended, separated by commas',
  },
  changedSince: {
    argument: '<ref>',
    read: values.text,
    standard: undefined,
    commands: ['check', 'fuzz', 'list'],
    help: 'only models whose file, or a file that it imports, changed since this commit or branch',
  },
  certificates: {
    argument: '<folder>',
    read: values.text,
    standard: 'certificates',
    commands: ['certify'],
    help: 'where certificates are',
    shown: 'certificates',
  },
  reports: {
    argument: '<folder>',
    read: values.text,
    standard: 'reports',
    commands: ['check', 'certify', 'fuzz', 'merge', 'main'],
    help: 'where failures are saved',
    shown: 'reports',
    own: {
      fuzz: { help: 'where the state of the campaign is saved', shown: 'reports' },
      merge: { help: 'where the joined state is written', shown: 'reports' },
    },
  },
  corpus: {
    argument: '<folder>',
    read: values.text,
    standard: 'corpus',
    commands: ['corpus', 'corpus run', 'fuzz', 'merge'],
    help: 'where found races are kept',
    shown: 'corpus',
    own: { merge: { help: 'where the races of all shards are written', shown: 'corpus' } },
  },
  json: { ...output, help: 'write the results as JSON; - is stdout' },
  html: { ...output, help: 'write them as one page that opens offline; - is stdout here and below' },
  markdown: { ...output, help: 'write them for a job summary' },
  junit: { ...output, help: 'write them as JUnit XML' },
  sarif: { ...output, help: 'write the violations as SARIF, for code scanning' },
  github: { ...output, help: 'write them as annotations of GitHub Actions' },
  stall: {
    argument: '<time>',
    read: values.duration,
    standard: 30_000,
    variable: 'LOCKSTEP_STALL',
    commands: [...running, 'export', 'list'],
    help: 'give up on an operation that keeps the process busy for that long',
    shown: '$LOCKSTEP_STALL, else 30s',
  },
};
