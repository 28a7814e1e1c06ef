/** `lockstep report`: makes any report from results that were saved as JSON, without running anything. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import open from 'open';
import { Fault, messageOf } from '../core/fault.ts';
import type { Results } from '../report/json.ts';
import { formatSvg } from '../report/svg/picture.ts';
import { formatResult } from '../report/verdict-line.ts';
import { tallyText } from '../report/verdict-grid.ts';
import { exitCodes } from './exit-code.ts';
import { reportFormatNames, reportFormats, writeReport, type ReportFormat } from './report-formats.ts';
import type { OptionTable } from './options/option.ts';
import { raceNumber, readSavedResults } from './saved-results.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { oneOf, output, wholeNumber, yesOrNo } from './values.ts';

/** The reports: the formats of several results, the stories as text, and one race as a picture. */
export type ReportName = 'story' | 'svg' | ReportFormat;
export const reportNames: readonly ReportName[] = ['story', 'svg', ...reportFormatNames];

export interface ReportOptions {
  /** Undefined: the stories, or the page if it is to be opened. */
  readonly format: ReportName | undefined;
  /** A file, or `-` for stdout; undefined for stdout, or a temporary file to be opened. */
  readonly output: string | undefined;
  /** Which of the races, counted from 1; undefined for all (the first one as a picture). */
  readonly race: number | undefined;
  /** Shows the HTML in the browser. */
  readonly open: boolean;
}

export const reportTable: OptionTable<ReportOptions> = {
  format: {
    argument: '<name>',
    read: oneOf(reportNames),
    standard: undefined,
    help: reportNames.join(', '),
    shown: 'story; html with --open',
  },
  output: {
    argument: '<file>',
    read: output,
    standard: undefined,
    help: 'where to write it; - is stdout',
    shown: '-',
  },
  race: {
    argument: '<n>',
    read: wholeNumber,
    standard: undefined,
    help: 'only the n-th race',
    shown: 'all of them; the first one for svg',
  },
  open: { read: yesOrNo, standard: false, help: 'show the html in the browser' },
};

export interface ReportRequest extends ReportOptions {
  /** Results, written by `lockstep check --json`. */
  readonly file: string;
}

/** @throws Fault `no-such-file`, `bad-results`, `no-race`, `bad-option` */
export async function reportCommand(request: ReportRequest): Promise<number> {
  const { file, race, format = request.open ? 'html' : 'story' } = request;
  if (request.open && format !== 'html')
    throw badOption(`--open shows html, not ${format}`, 'leave --format out');
  if (request.open && request.output === '-')
    throw badOption('--open needs a file, not stdout', 'leave --output out');
  const saved = readSavedResults(file);
  const results = race === undefined ? saved.results : [raceNumber(saved.results, race, file)];
  const to = request.output ?? (request.open ? join(pageFolder(), 'report.html') : '-');
  const terminal = makeTerminal(to === '-' ? 'stderr' : 'stdout');
  writeReport(to, textOf(format, { ...saved, results }, to === '-', file));
  if (to !== '-') terminal.out(`written to ${to}`);
  if (request.open) await showPage(to, terminal);
  return exitCodes.holds;
}

function textOf(
  format: ReportName,
  { results, startedAt }: Results,
  onScreen: boolean,
  file: string,
): string {
  switch (format) {
    case 'story': {
      const { width, color } = makeTerminal();
      const look = onScreen ? { width, color } : {};
      return `${[...results.map((result) => formatResult(result, look)), tallyText(results)].join('\n\n')}\n`;
    }
    case 'svg':
      return formatSvg(raceNumber(results, 1, file).counterexample);
    default:
      return reportFormats[format](results, { startedAt });
  }
}

function pageFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'lockstep-'));
  } catch (error) {
    throw new Fault('cannot make a temporary folder for the page', {
      code: 'no-temp-file',
      kind: 'usage',
      detail: messageOf(error),
      hint: 'name a file with --output, or set TMPDIR to a folder that may be written to',
    });
  }
}

/** On a machine without a screen it prints where the file is. That is no failure, since the file is there. */
export async function showPage(file: string, terminal: Terminal): Promise<void> {
  const { DISPLAY: x11 = '', WAYLAND_DISPLAY: wayland = '', WSL_DISTRO_NAME: wsl = '' } = process.env;
  const headless = process.platform === 'linux' && x11 === '' && wayland === '' && wsl === '';
  try {
    if (headless) throw new Error('there is no display');
    await open(resolve(file));
  } catch (error) {
    terminal.err(
      `no browser was opened (${messageOf(error)}): open ${resolve(file)} in one; it needs no network`,
    );
  }
}

function badOption(message: string, hint: string): Fault {
  return new Fault(message, { code: 'bad-option', kind: 'usage', hint });
}
