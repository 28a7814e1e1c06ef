/** The stories of the races that were found: one for each model, however many levels have it. */
import type { CheckResult } from '../../core/result.ts';
import { formatCounterexample, type StoryOptions } from '../../report/story.ts';
import { columns, type Column } from './plan.ts';
import type { Row } from './verdicts.ts';

/** The story of a row's race in the first column that has one; undefined if none has. */
export function storyOf(row: Row, options: StoryOptions): string | undefined {
  const first = columns.find((column) => row.results[column]?.verdict === 'violated');
  const counterexample = first && row.results[first]?.counterexample;
  if (counterexample === undefined) return undefined;
  const story = formatCounterexample(counterexample, { ...options, modelPath: row.model.file });
  const elsewhere = columns
    .filter((column) => column !== first)
    .flatMap((column) => elsewhereText(column, row));
  return elsewhere.length === 0
    ? story
    : `${story}\n${elsewhere.map((text) => `elsewhere  ${text}`).join('\n')}`;
}

function elsewhereText(column: Column, row: Row): readonly string[] {
  const result: CheckResult | undefined = row.results[column];
  if (result === undefined) return [];
  const where = column === 'pglite' ? 'PGlite' : column;
  switch (result.verdict) {
    case 'violated':
      return [`${where}: violated too`];
    case 'holds':
      return [];
    case 'inconclusive':
      return [`${where}: no verdict`];
  }
}
