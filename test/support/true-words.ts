/**
 * What a report says of an execution is true of it: every value that was read stands in the reply of the step that is named,
 * every value that was written stands in what was sent, shown or left, and every format says just that.
 */
import { expect } from 'vitest';
import type { Dependency, RowVersion } from '../../src/core/explanation.ts';
import type { Reply } from '../../src/core/history.ts';
import type { CheckResult, Counterexample } from '../../src/core/result.ts';
import { dependencyText } from '../../src/report/dependency-text.ts';
import { whyTexts } from '../../src/report/explanation-text.ts';
import { formatGithub } from '../../src/report/github.ts';
import { formatHtml } from '../../src/report/html/page.ts';
import { formatJunit } from '../../src/report/junit.ts';
import { formatMarkdown } from '../../src/report/markdown.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { formatCounterexample } from '../../src/report/story.ts';

/** Everything that the execution shows of values: starting rows, statements, parameters, replies, final tables. */
function valuesIn({ scenario, history, violation }: Counterexample): string {
  const parts: unknown[] = [scenario];
  for (const event of history) {
    if (event.kind === 'released') parts.push(event.statement.text, event.statement.values);
    if (event.kind === 'completed' && event.reply.kind === 'rows') parts.push(event.reply.rows);
  }
  if ('observed' in violation) parts.push(violation.observed.state.tables);
  return JSON.stringify(parts).replaceAll('\\', '');
}

/** Whether the database computes what it writes to the table: then nothing shows the values, unless something reads them. */
function computedIn({ history }: Counterexample, { table }: Dependency): boolean {
  return history.some(
    (event) =>
      event.kind === 'released' &&
      event.statement.text.includes(table) &&
      /=[^,]*[-+*|]|\binsert\b[^]*\bselect\b/i.test(event.statement.text),
  );
}

/** Whether a reply that shows columns of the row shows this version of it. */
function shows(reply: Reply | undefined, row: RowVersion): boolean {
  if (reply?.kind !== 'rows' || reply.command !== 'SELECT') return true;
  const shared = reply.columns.flatMap((column, index) => (column in row ? [{ column, index }] : []));
  if (shared.length === 0) return true;
  return reply.rows.some((cells) =>
    shared.every(({ column, index }) => {
      const cell = cells[index];
      // Dates and the like are shown in other ways.
      if (typeof cell === 'object' || row[column] === null) return true;
      return String(cell as string | number | boolean) === row[column];
    }),
  );
}

/** The version that was read, and the step whose reply shows it; undefined if none was. */
function readBy({ kind, before, after, fromStep, toStep, phantom, constraint, lock }: Dependency) {
  if (kind === 'ww' || phantom === true || constraint !== undefined || lock !== undefined) return undefined;
  return kind === 'rw' ? { row: before, step: fromStep } : { row: after, step: toStep };
}

export function expectTrueWords(result: CheckResult): void {
  const { counterexample } = result;
  if (counterexample?.explanation === undefined) throw new Error('nobody explained it');
  const { explanation, history, scenario } = counterexample;
  const { evidence, dependencies } = explanation;
  const why = whyTexts(counterexample);
  const replies = new Map(
    history.flatMap((event) => (event.kind === 'completed' ? [[event.step, event.reply]] : [])),
  );
  const known = valuesIn(counterexample);

  for (const dependency of [...evidence, ...dependencies]) {
    const text = dependencyText(scenario, dependency);
    const { before, after } = dependency;
    const cells = [before, after].flatMap((row) => Object.values(row ?? {}));
    for (const cell of computedIn(counterexample, dependency) ? [] : cells)
      if (cell !== null && !known.includes(asStored(cell)))
        expect(known, text).toContain(JSON.stringify(cell).slice(1, -1).replaceAll('\\', ''));
    const read = readBy(dependency);
    if (read?.row !== undefined)
      expect(
        shows(replies.get(read.step), read.row),
        `${text}: ${JSON.stringify(replies.get(read.step))}`,
      ).toBe(true);
  }

  const said = [...why, ...dependencies.map((dependency) => dependencyText(scenario, dependency))].map(plain);
  for (const [format, text] of Object.entries(formatsOf(result))) {
    const shown = plain(text);
    const whole = said.filter((sentence) => shown.includes(sentence));
    if (!shown.includes('…')) expect(whole, format).toEqual(expect.arrayContaining(why.map(plain)));
    const rest = whole
      .toSorted((a, b) => b.length - a.length)
      .reduce((left, sentence) => left.replaceAll(sentence, ''), shown);
    expect(rest, format).not.toMatch(
      /\b(?:read|wrote|written|overwrote|inserted|deleted)\b[^….]{0,80} in step \d/,
    );
  }
}

/** As final tables show a value of a row that was read or written: JSON has another form of booleans and times. */
function asStored(cell: string): string {
  return JSON.stringify(
    cell.replace(/^(?:(t)rue|(f)alse)$/, '$1$2').replace(/^(\d{4}-\d\d-\d\d)T(.*[+-]\d\d):00$/, '$1 $2'),
  );
}

/** The reports that say why, each as one text; those of GitHub's annotations only as far as they do. */
function formatsOf(result: CheckResult): Readonly<Record<string, string>> {
  const { counterexample } = result;
  if (counterexample === undefined) return {};
  return {
    story: formatCounterexample(counterexample),
    html: formatHtml([result])
      .replace(/^[^]*<section class="race"/, '')
      .replaceAll(/<[^>]*>/g, ' '),
    markdown: formatMarkdown([result]),
    junit: formatJunit([result]),
    sarif: JSON.stringify(toSarif([result], { version: '0' }))
      .replaceAll('\\n', ' ')
      .replaceAll('\\"', '"'),
    github: formatGithub([result]).replaceAll('%0A', ' ').replaceAll('%25', '%'),
  };
}

/** Words alone: without line ends, marks of columns, and escapes. */
function plain(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
}
