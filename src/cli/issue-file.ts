/** The file of an issue's text, for the script that opens one: empty if there is nothing to report. */
import { fileOf } from '../campaign/corpus/corpus.ts';
import type { CorpusEntry } from '../campaign/corpus/entry.ts';
import { writeWhole } from '../campaign/write-whole.ts';
import { formatIssue, type IssueContext } from '../report/issue.ts';
import type { OptionRow } from './options/option.ts';
import * as values from './values.ts';

export const issueRow: OptionRow<string | undefined> = {
  argument: '<file>',
  read: values.text,
  standard: undefined,
  help: 'write the races that are new or back as the text of an issue; empty if there are none',
};

export interface RaceToReport {
  readonly entry: CorpusEntry;
  readonly back: boolean;
}

/** @throws Fault `cannot-write` */
export function writeIssue(
  file: string,
  races: readonly RaceToReport[],
  { corpus, ...context }: IssueContext & { readonly corpus: string },
): void {
  const texts = races.map(({ entry, back }) => {
    const { id, title, identity, replay, story } = entry;
    const { model, driver: engine, isolation } = identity;
    return { id, title, model, engine, isolation, replay, story, file: fileOf(corpus, entry), back };
  });
  writeWhole(file, formatIssue(texts, context));
}
