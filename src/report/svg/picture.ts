/**
 * One race as a picture, for an issue or a pull request. It has a background of its own, so that it is legible on light and
 * dark pages. It has no script, no style sheet and loads nothing; all of its text is escaped.
 */
import type { Counterexample } from '../../core/result.ts';
import { element, toXml, type Element } from '../markup.ts';
import { settingText } from '../setting-text.ts';
import { markedTimeline, sessionHeadings } from '../story.ts';
import { wrapLines, wrapWords } from '../text.ts';
import { violationSections, violationTitle } from '../violation-text.ts';
import { arrowElements } from './arrows.ts';
import { layoutOf, margin, type Layout } from './layout.ts';
import { colors, font, ink, letter, line, size, textAt, type Line } from './lettering.ts';
import { placedRows, rowElements, type PlacedRow } from './rows.ts';

const grey = '#d3d8de';

export function formatSvg(counterexample: Counterexample): string {
  const { setting, scenario } = counterexample;
  const layout = layoutOf(Math.max(1, scenario.sessions.length));
  const title = violationTitle(counterexample);
  const where = settingText(setting);
  const head = headLines(counterexample, title, where, layout);
  const headings = sessionHeadings(scenario).map((text) => wrapLines(text, layout.letters, 2));
  const headingsY = margin + size + head.length * line + 8;
  const headingsHeight = Math.max(0, ...headings.map(({ length }) => length)) * line;
  const lanesTop = headingsY + headingsHeight - size + 4;
  const placed = placedRows(markedTimeline(counterexample), layout, lanesTop);
  const bottom = placed.reduce((last, { top, height }) => Math.max(last, top + height), lanesTop);
  return documentOf(`${title} in ${where}`, layout.width, Math.ceil(bottom + margin), [
    ...head.map((each, index) => textAt(margin, margin + size + index * line, each)),
    ...headings.flatMap((texts, session) =>
      texts.map((text, index) =>
        textAt(layout.laneX(session), headingsY + index * line, { text, color: ink, bold: true }),
      ),
    ),
    ...waits(placed, layout),
    ...laneEdges(lanesTop, bottom, layout),
    ...placed.flatMap((each) => rowElements(each, layout)),
    ...arrowElements(counterexample, placed, layout),
  ]);
}

/** What is wrong, on which engine, and what was observed. */
function headLines(
  counterexample: Counterexample,
  title: string,
  where: string,
  { width }: Layout,
): readonly Line[] {
  const across = Math.floor((width - 2 * margin) / letter);
  const observed = violationSections(counterexample)[0]?.[1] ?? [];
  const lines = (texts: readonly string[], color: string, bold: boolean): readonly Line[] =>
    texts.flatMap((each) => wrapWords(each, across, 2)).map((text) => ({ text, color, bold }));
  return [
    ...lines([title], colors.bad, true),
    ...lines([where], colors.faint, false),
    ...lines(observed, ink, false),
  ];
}

function waits(placed: readonly PlacedRow[], { laneX, laneWidth }: Layout): readonly Element[] {
  return placed.flatMap(({ row, top, height }) =>
    row.waiting.map((session) =>
      element('rect', { x: laneX(session) - 8, y: top, width: laneWidth - 4, height, fill: 'url(#waits)' }),
    ),
  );
}

function laneEdges(top: number, bottom: number, { sessions, laneX }: Layout): readonly Element[] {
  return Array.from({ length: sessions }, (_, session) =>
    element('path', { d: `M${laneX(session) - 10} ${top}V${bottom}`, stroke: grey, 'stroke-width': 2 }),
  );
}

function documentOf(title: string, width: number, height: number, parts: readonly Element[]): string {
  const background = {
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    rx: 8,
    fill: '#fff',
    stroke: grey,
  };
  return toXml(
    element(
      'svg',
      { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' },
      element('title', {}, title),
      element('defs', {}, waitPattern()),
      element('rect', background),
      element('g', { 'font-family': font, 'font-size': size, fill: 'none' }, parts),
    ),
  );
}

function waitPattern(): Element {
  return element(
    'pattern',
    { id: 'waits', width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 4, height: 8, fill: '#f3dfb4' }),
  );
}
