/**
 * Results for a job summary on GitHub, or any page in GitHub's Markdown: the table of verdicts, and each race folded up.
 * User data is put into escaped HTML elements or fenced blocks, so that none of it is read as Markdown or HTML, and no
 * `@name` or `#1` in it becomes a link.
 */
import type { CheckResult } from '../core/result.ts';
import { fenced } from './fenced.ts';
import { element, toHtml, type Element } from './markup.ts';
import type { ReportOptions } from './options.ts';
import { settingText } from './setting-text.ts';
import { formatCounterexample } from './story.ts';
import { count, oneLine } from './text.ts';
import { describeInconclusive } from './verdict-line.ts';
import { tallyText, verdictGrid, verdictText } from './verdict-grid.ts';
import { violationTitle } from './violation-text.ts';

/** GitHub refuses a step's summary that is larger than 1 MiB (1,048,576 bytes); this leaves room for other text. */
const maxBytes = 900_000;

/** Ends with a line end. */
export function formatMarkdown(results: readonly CheckResult[], options: ReportOptions = {}): string {
  const blocks = [`## pg-lockstep: ${tallyText(results)}`, table(results)];
  let bytes = Buffer.byteLength(blocks.join('\n\n'));
  let leftOut = 0;
  for (const result of results) {
    const block = detailsOf(result, options);
    if (block === undefined) continue;
    bytes += Buffer.byteLength(block) + 2;
    if (bytes > maxBytes) leftOut += 1;
    else blocks.push(block);
  }
  if (leftOut > 0)
    blocks.push(`${count(leftOut, 'more story', 'more stories')} left out: the summary would be too long.`);
  return `${blocks.join('\n\n')}\n`;
}

function table(results: readonly CheckResult[]): string {
  const { columns, rows } = verdictGrid(results);
  const code = (text: string): Element => element('code', {}, oneLine(text));
  const cell = (result: CheckResult): Element => {
    const text = verdictText(result);
    return element('div', {}, result.verdict === 'violated' ? element('strong', {}, text) : text);
  };
  const head = ['model', ...columns].map((text) => element('th', {}, text));
  const body = rows.map(({ model, cells }) =>
    element(
      'tr',
      {},
      element('td', {}, code(model)),
      cells.map((list) => element('td', {}, list.length === 0 ? 'not run' : list.map(cell))),
    ),
  );
  // A blank line would end the block of HTML.
  return ['<table>', ...[element('tr', {}, head), ...body].map((row) => toHtml(row)), '</table>'].join('\n');
}

/** The story of a race, or why there is no verdict; undefined for a model that holds. */
function detailsOf(result: CheckResult, { modelPathOf }: ReportOptions): string | undefined {
  const { setting } = result;
  const folded = (title: string, text: string): string => {
    const summary = element('summary', {}, `${title}: `, element('code', {}, settingText(setting)));
    return ['<details>', toHtml(summary), '', fenced(text), '', '</details>'].join('\n');
  };
  switch (result.verdict) {
    case 'holds':
      return undefined;
    case 'violated': {
      const { counterexample } = result;
      const story = formatCounterexample(counterexample, { modelPath: modelPathOf?.(setting.model) });
      return folded(violationTitle(counterexample), story);
    }
    case 'inconclusive':
      return folded('no verdict', describeInconclusive(result.inconclusive));
  }
}
