/** A plot as SVG within a page, whose style sheet colours it. It is complete without a script: each mark has its own title. */
import { area, curveLinear, curveStepAfter, line } from 'd3-shape';
import { element, type Element } from '../markup.ts';
import { numberAxis, type Axis } from './axes.ts';

export interface Mark {
  readonly x: number;
  readonly y: number;
  /** The top of a band that begins at `y`; undefined: there is none. */
  readonly top?: number | undefined;
  /** What the mark says when a pointer rests on it. */
  readonly title: string;
}

export interface Series {
  readonly name: string;
  /** A class of the page's style: the colour. */
  readonly tone: 'main' | 'bad' | 'good' | 'faint';
  readonly marks: readonly Mark[];
  /** A number that stays as it is until the next mark. */
  readonly steps?: boolean;
}

export interface Plot {
  readonly title: string;
  readonly xAxis: (range: readonly [number, number]) => Axis;
  readonly series: readonly Series[];
}

const [width, height] = [720, 240];
const edge = { left: 64, right: 32, top: 12, bottom: 28 } as const;
const bottom = height - edge.bottom;
/** More circles than this would hide the line. */
const mostCircles = 60;

export function plotElement({ title, xAxis, series }: Plot): Element {
  const marks = series.flatMap((each) => each.marks);
  const x = xAxis([edge.left, width - edge.right]);
  const y = numberAxis(Math.max(0, ...marks.map((mark) => mark.top ?? mark.y)), [bottom, edge.top]);
  return element(
    'figure',
    { class: 'plot' },
    element('figcaption', {}, title, legend(series)),
    element(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': labelOf(title, series) },
      grid(x, y),
      series.map((each) => seriesElement(each, x, y)),
    ),
  );
}

function legend(series: readonly Series[]): readonly Element[] {
  if (series.length < 2) return [];
  return series.map(({ name, tone }) => element('span', { class: `key ${tone}` }, name));
}

/** For those who hear the page: the last value of each series. */
function labelOf(title: string, series: readonly Series[]): string {
  const last = series.flatMap(({ name, marks }) => {
    const mark = marks.at(-1);
    return mark === undefined ? [] : [`${name}, last: ${mark.title}`];
  });
  return [title, ...last].join('; ');
}

function grid(x: Axis, y: Axis): readonly Element[] {
  const across = y.ticks.flatMap(({ value, text }) => {
    const at = rounded(y.at(value));
    return [
      element('path', { class: 'grid', d: `M${edge.left} ${at}H${width - edge.right}` }),
      element('text', { class: 'y', x: edge.left - 8, y: at + 4 }, text),
    ];
  });
  const along = x.ticks.flatMap(({ value, text }) => {
    const at = rounded(x.at(value));
    return [
      element('path', { class: 'grid', d: `M${at} ${bottom}v5` }),
      element('text', { class: 'x', x: at, y: bottom + 20 }, text),
    ];
  });
  return [...across, ...along];
}

function seriesElement({ marks, tone, steps }: Series, x: Axis, y: Axis): Element {
  const curve = steps === true ? curveStepAfter : curveLinear;
  const xOf = (mark: Mark): number => x.at(mark.x);
  const yOf = (mark: Mark): number => y.at(mark.y);
  const path = line<Mark>(xOf, yOf).curve(curve).digits(1)(marks) ?? '';
  const hasBand = marks.some(({ top }) => top !== undefined);
  const band = area<Mark>(xOf, yOf, (mark) => y.at(mark.top ?? mark.y))
    .curve(curve)
    .digits(1);
  const circles = marks.length > mostCircles ? marks.slice(-1) : marks;
  return element(
    'g',
    { class: tone },
    hasBand ? [element('path', { class: 'band', d: band(marks) ?? '' })] : [],
    marks.length > 1 ? [element('path', { class: 'line', d: path })] : [],
    circles.map((mark) =>
      element(
        'circle',
        { cx: rounded(xOf(mark)), cy: rounded(yOf(mark)), r: 3 },
        element('title', {}, mark.title),
      ),
    ),
  );
}

function rounded(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
