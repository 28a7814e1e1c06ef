/** The table of verdicts, with notes on the rows that a reader should notice. */
import type { ModelFacts } from '../../campaign/model-facts.ts';
import type { CheckResult } from '../../core/result.ts';
import { formatTable } from '../../report/table.ts';
import { count } from '../../report/text.ts';
import { tallyText, verdictLegend, verdictText } from '../../report/verdict-grid.ts';
import { columns, type Column } from './plan.ts';

/** The results of one model, by column. */
export interface Row {
  readonly model: ModelFacts;
  readonly results: Readonly<Partial<Record<Column, CheckResult>>>;
  /** Columns whose search was cut short: a pass there does not cover everything. */
  readonly cut: ReadonlySet<Column>;
}

const headings: Readonly<Record<Column, string>> = {
  'read committed': 'read committed',
  'repeatable read': 'repeatable read',
  serializable: 'serializable',
  pglite: 'PGlite',
};

export const legend: readonly string[] = verdictLegend.map(
  ([text, meaning]) => `${text.padEnd(18)}${meaning}`,
);

export function verdictTable(rows: readonly Row[]): string {
  const body = rows.map((row, index) => [
    rows[index - 1]?.model.name === row.model.name ? '' : row.model.name,
    row.model.variant ?? '',
    row.model.kind ?? '',
    ...columns.map((column) => cellText(row, column)),
    notesOf(row).join('; '),
  ]);
  return formatTable(
    ['model', 'variant', 'kind', ...columns.map((column) => headings[column]), 'notes'],
    body,
  );
}

function cellText({ results, cut }: Row, column: Column): string {
  const result = results[column];
  return result === undefined ? 'not run' : verdictText(result, cut.has(column));
}

export function notesOf({ model, results }: Pick<Row, 'model' | 'results'>): readonly string[] {
  const notes: string[] = [];
  for (const column of columns) {
    const expected = model.expected[column];
    const found = results[column];
    if (found === undefined || found.verdict === 'inconclusive' || expected === undefined) continue;
    if (found.verdict !== expected) notes.push(`NOT AS DECLARED at ${headings[column]}: ${expected}`);
  }
  const { pglite, 'read committed': standard } = results;
  if (standard?.verdict === 'violated' && pglite?.verdict === 'holds') notes.push('PGlite hides the race');
  return notes;
}

/** The number of cells that are not as the models declare. */
export function surprises(rows: readonly Row[]): number {
  return rows.flatMap(notesOf).filter((note) => note.startsWith('NOT')).length;
}

export function summaryText(rows: readonly Row[], seconds: string): string {
  const results = rows.flatMap((row) => Object.values(row.results));
  const schedules = results.reduce((sum, result) => sum + result.coverage.schedules, 0);
  const hidden = rows.filter((row) => notesOf(row).includes('PGlite hides the race')).length;
  const wrong = surprises(rows);
  return [
    `${count(rows.length, 'variant')}: ${tallyText(results)}`,
    `${count(schedules, 'schedule')} in ${seconds}; PGlite hides ${count(hidden, 'race')} that Postgres has at its default level`,
    wrong === 0 ? 'every verdict is as the models declare' : `${wrong} not as the models declare`,
  ].join('\n');
}
