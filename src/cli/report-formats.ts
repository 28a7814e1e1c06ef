/** The formats of results, each with one function; all are written in the same way. */
import { writeWhole } from '../campaign/write-whole.ts';
import type { CheckResult } from '../core/result.ts';
import { formatGithub } from '../report/github.ts';
import { formatHtml } from '../report/html/page.ts';
import { formatJunit } from '../report/junit.ts';
import { formatMarkdown } from '../report/markdown.ts';
import type { ReportOptions } from '../report/options.ts';
import { toSarif } from '../report/sarif.ts';
import { jsonText, packageVersion } from './json-file.ts';

export interface ReportContext extends ReportOptions {
  /** When the run began, in ISO 8601. */
  readonly startedAt: string;
}

export type ReportFormat = 'json' | 'html' | 'markdown' | 'junit' | 'sarif' | 'github';

/** Each gives the whole text of a file. */
export const reportFormats: Readonly<
  Record<ReportFormat, (results: readonly CheckResult[], context: ReportContext) => string>
> = {
  json: (results, { startedAt }) => jsonText(results, startedAt),
  html: formatHtml,
  markdown: formatMarkdown,
  junit: formatJunit,
  sarif: (results, context) =>
    `${JSON.stringify(toSarif(results, { ...context, version: packageVersion() }), null, 2)}\n`,
  github: formatGithub,
};

/** A file for each requested format; `-` is stdout. */
export type ReportFiles = Readonly<Record<ReportFormat, string | undefined>>;

export const reportFormatNames = Object.keys(reportFormats) as readonly ReportFormat[];

/** Whether stdout carries a report, so that messages for people go elsewhere. */
export function takesStdout(files: Partial<ReportFiles>): boolean {
  return reportFormatNames.some((format) => files[format] === '-');
}

/** @param guard writes one file, and decides what becomes of a fault */
export function writeReports(
  files: Partial<ReportFiles>,
  results: readonly CheckResult[],
  context: ReportContext,
  guard: (write: () => void) => void,
): void {
  for (const format of reportFormatNames) {
    const to = files[format];
    if (to !== undefined) guard(() => writeReport(to, reportFormats[format](results, context)));
  }
}

/**
 * @param to a file, or `-` for stdout
 * @throws Fault `cannot-write`
 */
export function writeReport(to: string, text: string): void {
  if (to === '-') {
    process.stdout.write(text);
    return;
  }
  writeWhole(to, text);
}

/** A model's file by its name, for replay lines. */
export function filesOf(
  models: readonly { readonly id: string; readonly file: string }[],
): (model: string) => string | undefined {
  const files = new Map(models.map(({ id, file }) => [id, file]));
  return (model) => files.get(model);
}
