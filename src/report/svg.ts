/**
 * One race as a picture, for an issue or a pull request. It has a background of its own, so that it is legible on light and
 * dark pages. It has no script, no style sheet and loads nothing; all of its text is escaped.
 */
import type { Counterexample } from '../core/result.ts';
import { sameDependency } from './dependency-text.ts';
import { element, toXml, type Element } from './markup.ts';
import type { Tone } from './paint.ts';
import { settingText } from './setting-text.ts';
import { markedTimeline, sessionHeadings } from './story.ts';
import { textWidth, wrapLines, wrapWords } from './text.ts';
import type { Entry, TimelineRow } from './timeline.ts';
import { violationSections, violationTitle } from './violation-text.ts';

/** In pixels. A monospaced character is 0.6 of its height wide in all usual fonts; `textLength` holds the others to it. */
const size = 13;
const letter = 0.6 * size;
const line = 19;
const margin = 20;
const stepWidth = 72;
/** Between a lane's text and the next lane, where arrows run. */
const gutter = 44;

const font = 'ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace';
const ink = '#1d2125';
const colors: Readonly<Record<Tone, string>> = {
  good: '#1a6b34',
  bad: '#b3261e',
  doubtful: '#805300',
  faint: '#5c6670',
  heading: ink,
};

/** Columns of text in a lane: two lanes make a picture as wide as an issue's page. */
const laneLetters = (sessions: number): number => Math.max(18, Math.floor(96 / Math.max(2, sessions)));
/** A statement that needs more lines is cut. */
const maxLines = 5;

interface Line {
  readonly text: string;
  readonly color: string;
  readonly bold: boolean;
}

interface PlacedRow {
  readonly row: TimelineRow;
  /** Whether a turn begins here. */
  readonly begins: boolean;
  readonly top: number;
  readonly height: number;
  readonly lines: readonly (readonly Line[])[];
}

export function formatSvg(counterexample: Counterexample): string {
  const { setting, scenario } = counterexample;
  const sessions = Math.max(1, scenario.sessions.length);
  const letters = laneLetters(sessions);
  const laneWidth = letters * letter + gutter;
  const width = Math.ceil(2 * margin + stepWidth + sessions * laneWidth);
  const across = Math.floor((width - 2 * margin) / letter);
  const title = violationTitle(counterexample);
  const where = settingText(setting);
  const observed = violationSections(counterexample)[0]?.[1] ?? [];

  const parts: Element[] = [];
  let y = margin + size;
  const say = (texts: readonly string[], color: string, bold: boolean): void => {
    for (const text of texts.flatMap((each) => wrapWords(each, across, 2))) {
      parts.push(textAt(margin, y, { text, color, bold }));
      y += line;
    }
  };
  say([title], colors.bad, true);
  say([where], colors.faint, false);
  say(observed, ink, false);
  y += 8;

  const laneX = (session: number): number => margin + stepWidth + session * laneWidth;
  const headings = sessionHeadings(scenario).map((text) => wrapLines(text, letters, 2));
  const headHeight = Math.max(0, ...headings.map(({ length }) => length)) * line;
  for (const [session, texts] of headings.entries()) {
    for (const [index, text] of texts.entries())
      parts.push(textAt(laneX(session), y + index * line, { text, color: ink, bold: true }));
  }
  const lanesTop = y + headHeight - size + 4;
  const placed = place(markedTimeline(counterexample), sessions, letters, lanesTop);
  const bottom = placed.reduce((last, { top, height }) => Math.max(last, top + height), lanesTop);
  const spans = placed.flatMap(({ row, top, height }) =>
    row.waiting.map((session) =>
      element('rect', { x: laneX(session) - 8, y: top, width: laneWidth - 4, height, fill: 'url(#waits)' }),
    ),
  );
  const edges = Array.from({ length: sessions }, (_, session) =>
    element('path', {
      d: `M${laneX(session) - 10} ${lanesTop}V${bottom}`,
      stroke: '#d3d8de',
      'stroke-width': 2,
    }),
  );
  parts.push(...spans, ...edges, ...placed.flatMap((each) => rowParts(each, laneX, width)));
  parts.push(...arrows(counterexample, placed, (session) => laneX(session + 1) - gutter));

  const height = Math.ceil(bottom + margin);
  return toXml(
    element(
      'svg',
      { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' },
      element('title', {}, `${title} in ${where}`),
      element('defs', {}, waitPattern()),
      element('rect', {
        x: 0.5,
        y: 0.5,
        width: width - 1,
        height: height - 1,
        rx: 8,
        fill: '#fff',
        stroke: '#d3d8de',
      }),
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

function place(
  rows: readonly TimelineRow[],
  sessions: number,
  letters: number,
  from: number,
): readonly PlacedRow[] {
  let top = from;
  return rows.map((row, index) => {
    const begins = rows[index - 1]?.turn !== row.turn;
    const lines = Array.from({ length: sessions }, (_, session) => entryLines(row.cells[session], letters));
    const height = Math.max(1, ...lines.map(({ length }) => length)) * line + (begins ? 6 : 0);
    const placed = { row, begins, top, height, lines };
    top += height;
    return placed;
  });
}

function entryLines(entry: Entry | undefined, letters: number): readonly Line[] {
  if (entry === undefined) return [];
  const color = (tone: Tone | undefined): string => (tone === undefined ? ink : colors[tone]);
  const { body, tone, mark, markTone } = entry;
  const text = typeof body === 'string' ? body : body.full;
  return [
    ...wrapLines(text, letters, maxLines).map((each) => ({
      text: each,
      color: color(tone),
      bold: tone === 'heading',
    })),
    ...(mark === undefined ? [] : wrapLines(mark, letters - 2, 2)).map((each) => ({
      text: `  ${each}`,
      color: color(markTone),
      bold: false,
    })),
  ];
}

function rowParts(
  { row, begins, top, lines }: PlacedRow,
  laneX: (session: number) => number,
  width: number,
): readonly Element[] {
  const base = top + (begins ? 6 : 0) + size;
  const rule = begins
    ? [element('path', { d: `M${margin} ${top}H${width - margin}`, stroke: '#e6e9ed' })]
    : [];
  const racing = row.racing === true;
  const number =
    row.step === undefined
      ? []
      : [
          textAt(margin, base, {
            text: racing ? `${row.step} race` : String(row.step),
            color: racing ? colors.bad : colors.faint,
            bold: racing,
          }),
        ];
  return [
    ...rule,
    ...number,
    ...lines.flatMap((texts, session) =>
      texts.map((text, index) => textAt(laneX(session), base + index * line, text)),
    ),
  ];
}

function textAt(x: number, y: number, { text, color, bold }: Line): Element {
  const trimmed = text.trimStart();
  const indent = (text.length - trimmed.length) * letter;
  const shown = trimmed.replaceAll('\u00a0', ' ').trimEnd();
  return element(
    'text',
    {
      x: round(x + indent),
      y: round(y),
      fill: color,
      'font-weight': bold ? 700 : undefined,
      textLength: shown === '' ? undefined : round(textWidth(shown) * letter),
      lengthAdjust: 'spacingAndGlyphs',
    },
    shown,
  );
}

/** Dependencies that prove the name have solid arrows, the others dashed ones. */
function arrows(
  { explanation }: Counterexample,
  placed: readonly PlacedRow[],
  gutterX: (session: number) => number,
): readonly Element[] {
  const proves = explanation?.evidence ?? [];
  const others = (explanation?.dependencies ?? []).filter(
    (each) => !proves.some((one) => sameDependency(one, each)),
  );
  return [...proves, ...others].flatMap((dependency, index) => {
    const { from, to, fromStep, toStep, kind } = dependency;
    const one = placed.find(({ row }) => row.step === fromStep + 1);
    const two = placed.find(({ row }) => row.step === toStep + 1);
    if (one === undefined || two === undefined) return [];
    const spread = (index % 4) * 9;
    const y1 = one.top + 14 + spread / 3;
    const y2 = two.top + 14 + spread / 3;
    const left = Math.min(from.session, to.session);
    const x = gutterX(left) + 2 + spread;
    // An arrow into the lane on the right ends at its edge, one into the lane on the left at its text.
    const x1 = from.session === left ? x : gutterX(from.session - 1) + gutter - 6;
    const x2 = to.session === left ? x : gutterX(to.session - 1) + gutter - 6;
    const bend = from.session === to.session ? x + 24 : (x1 + x2) / 2;
    const tip = x2 < x1 || from.session === to.session ? 7 : -7;
    const proof = index < proves.length;
    const color = proof ? colors.bad : '#0b57b0';
    const labelY = Math.min(y1, y2) + (Math.abs(y2 - y1) * (1 + (index % 4))) / 5;
    return [
      element('path', {
        d: `M${round(x1)} ${round(y1)}C${round(bend)} ${round(y1)} ${round(bend)} ${round(y2)} ${round(x2)} ${round(y2)}`,
        stroke: color,
        'stroke-width': proof ? 2 : 1.5,
        'stroke-dasharray': proof ? undefined : '4 3',
      }),
      element('path', { d: `M${round(x2)} ${round(y2)}l${tip} -4v8Z`, fill: color }),
      element('rect', { x: round(bend - 9), y: round(labelY - 11), width: 18, height: 14, fill: '#fff' }),
      textAt(bend - letter, labelY, { text: kind, color, bold: true }),
    ];
  });
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
