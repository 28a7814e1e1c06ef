/**
 * Results as one HTML file that needs nothing else: the table of verdicts, then each race. It reads without its script,
 * which adds stepping, arrows, copying and the theme. User data is in the page only as escaped text, and the policy in
 * its head allows only the page's own style and script.
 */
import { createHash } from 'node:crypto';
import type { CheckResult } from '../../core/result.ts';
import { inconclusiveReason, inconclusiveSections } from '../inconclusive-text.ts';
import { element, toHtml, type Element, type Markup } from '../markup.ts';
import type { ReportOptions } from '../options.ts';
import { settingText } from '../setting-text.ts';
import { count, listed, oneLine } from '../text.ts';
import { tallyText, verdictGrid, verdictLegend, verdictText } from '../verdict-grid.ts';
import { raceSection, sections } from './race.ts';
import { pageScript } from './script.ts';
import { pageStyle } from './style.ts';

/** The whole page. */
export function formatHtml(results: readonly CheckResult[], options: ReportOptions = {}): string {
  const found = results.filter((result) => result.verdict === 'violated');
  const numbers = new Map<CheckResult, number>(found.map((result, index) => [result, index + 1]));
  const races = found.map((result, index) =>
    raceSection(result, index + 1, found.length, options.modelPathOf?.(result.setting.model)),
  );
  const body = [
    header(results),
    element('main', {}, verdicts(results, numbers), remarks(results), open(results), races),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head>${toHtml(...head(results))}<style>${pageStyle}</style></head>`,
    `<body>${toHtml(...body)}<script>${pageScript}</script></body>`,
    '</html>\n',
  ].join('\n');
}

function head(results: readonly CheckResult[]): readonly Element[] {
  const policy = [
    "default-src 'none'",
    `style-src ${sourceHash(pageStyle)}`,
    `script-src ${sourceHash(pageScript)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return [
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy.join('; ') }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, `pg-lockstep: ${tallyText(results)}`),
  ];
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function header(results: readonly CheckResult[]): Element {
  return element(
    'header',
    {},
    element('h1', {}, 'pg-lockstep'),
    element('p', {}, tallyText(results)),
    element('button', { type: 'button', class: 'theme', hidden: true }, 'dark'),
  );
}

function verdicts(results: readonly CheckResult[], numbers: ReadonlyMap<CheckResult, number>): Element {
  const { columns, rows } = verdictGrid(results);
  const heads = ['model', ...columns].map((text) => element('th', { scope: 'col', dir: 'auto' }, text));
  const cell = (result: CheckResult): Element => {
    const number = numbers.get(result);
    const text: Markup = verdictText(result);
    const link = number === undefined ? text : element('a', { href: `#race-${number}` }, text);
    return element('div', { class: result.verdict }, link);
  };
  const body = rows.map(({ model, cells }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row', dir: 'auto' }, model),
      cells.map((list) => element('td', {}, list.length === 0 ? 'not run' : list.map(cell))),
    ),
  );
  return element(
    'section',
    { 'aria-label': 'verdicts' },
    element(
      'div',
      { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': 'verdicts' },
      element(
        'table',
        { class: 'verdicts' },
        element('thead', {}, element('tr', {}, heads)),
        element('tbody', {}, body),
      ),
    ),
    element(
      'dl',
      { class: 'legend' },
      verdictLegend.flatMap(([text, meaning]) => [element('dt', {}, text), element('dd', {}, meaning)]),
    ),
  );
}

/** Remarks beyond the verdicts, each with its settings. */
function remarks(results: readonly CheckResult[]): readonly Element[] {
  const texts = [...new Set(results.flatMap((result) => result.remarks))];
  if (texts.length === 0) return [];
  const items = texts.map((text) => {
    const about = results
      .filter((result) => result.remarks.includes(text))
      .map(({ setting }) => settingText(setting));
    return element(
      'li',
      { dir: 'auto' },
      oneLine(text),
      element('details', {}, element('summary', {}, count(about.length, 'setting')), listed(about)),
    );
  });
  return [
    element('section', { 'aria-label': 'remarks' }, element('h2', {}, 'Remarks'), element('ul', {}, items)),
  ];
}

/** Results without a verdict: why, and what to do. */
function open(results: readonly CheckResult[]): readonly Element[] {
  return results.flatMap((result): readonly Element[] => {
    if (result.verdict !== 'inconclusive') return [];
    const { inconclusive, setting } = result;
    const title = `no verdict: ${inconclusiveReason(inconclusive)}`;
    return [
      element(
        'section',
        { class: 'open' },
        element('h2', { dir: 'auto' }, title),
        element('p', { class: 'where', dir: 'auto' }, settingText(setting)),
        sections(inconclusiveSections(inconclusive)),
      ),
    ];
  });
}
