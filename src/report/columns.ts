/** Sets a timeline in columns: always aligned, and never wider than asked. */
import { paint } from './paint.ts';
import { fitSql, type FittedSql } from './sql-text.ts';
import { cutMiddle, padTo, textWidth, wrapLines } from './text.ts';
import type { Entry, TimelineRow } from './timeline.ts';

const gap = 3;

export interface ColumnsOptions {
  readonly width: number;
  readonly color: boolean;
  /** The most lines that one statement may take. */
  readonly maxLines: number;
  /** Whether each entry names its session, since sessions share a column. */
  readonly named: boolean;
}

/** Lines without trailing blanks; the first one holds the headings. */
export function setColumns(
  headings: readonly string[],
  rows: readonly TimelineRow[],
  options: ColumnsOptions,
): readonly string[] {
  const numbers = rows.map(stepText);
  const digits = Math.max(3, ...numbers.map(({ length }) => length));
  const wanted = headings.map((heading, index) =>
    Math.max(textWidth(heading), ...entriesOf(rows, index).map((entry) => wantedWidth(entry, options))),
  );
  const widths = shareWidth(wanted, options.width - digits - gap * headings.length);
  const cells = headings.map((heading, index) =>
    setColumn(heading, rows, index, widths[index] ?? 0, options),
  );

  const lines: string[] = [];
  for (let row = -1; row < rows.length; row += 1) {
    const step = (numbers[row] ?? '').padStart(digits);
    const texts = cells.map((column) => column.cells[row + 1] ?? []);
    for (let at = 0; at < Math.max(1, ...texts.map(({ length }) => length)); at += 1) {
      const parts = texts.map((text, index) => padTo(text[at] ?? '', cells[index]?.width ?? 0));
      lines.push([at === 0 ? step : ' '.repeat(digits), ...parts].join(' '.repeat(gap)).trimEnd());
    }
  }
  return lines;
}

function stepText({ step, racing }: TimelineRow): string {
  return `${racing === true ? '*' : ''}${step ?? ''}`;
}

/** The cells of one column, its heading first, and the width that they take. */
function setColumn(
  heading: string,
  rows: readonly TimelineRow[],
  index: number,
  width: number,
  options: ColumnsOptions,
): { readonly cells: readonly (readonly string[])[]; readonly width: number } {
  const bodies = rows.map(({ cells }) => {
    const entry = cells[index];
    return entry === undefined ? undefined : { entry, ...setBody(entry, width, options) };
  });
  const ends = bodies.flatMap((body) =>
    body === undefined || body.entry.mark === undefined || body.markBelow
      ? []
      : textWidth(body.lines.at(-1) ?? ''),
  );
  const marksAt = Math.max(0, ...ends);
  const cells = [
    wrapLines(heading, width, 3).map((text) => paint(text, 'heading', options.color)),
    ...bodies.map((body) => (body === undefined ? [] : withMark(body, width, marksAt, options))),
  ];
  return { cells, width: Math.max(...cells.flat().map(textWidth)) };
}

/** Whether this number of columns can stand side by side and still be readable. */
export function fitsColumns(columns: number, width: number): boolean {
  return (width - 6 - gap * (columns - 1)) / columns >= 22;
}

function wantedWidth(entry: Entry, options: ColumnsOptions): number {
  const body = typeof entry.body === 'string' ? entry.body : entry.body.full;
  const mark = entry.mark === undefined ? 0 : textWidth(entry.mark) + 1;
  return textWidth(nameOf(entry, options) + body) + mark;
}

/** Columns that need less than an equal share leave the rest to the others. */
function shareWidth(wanted: readonly number[], available: number): readonly number[] {
  const widths = wanted.map(() => 0);
  let left = available;
  let open = wanted.map((_, index) => index);
  while (open.length > 0) {
    const share = Math.floor(left / open.length);
    const content = open.filter((index) => (wanted[index] ?? 0) <= share);
    for (const index of content.length > 0 ? content : open) {
      widths[index] = Math.max(1, Math.min(wanted[index] ?? 0, share));
      left -= widths[index] ?? 0;
    }
    open = content.length > 0 ? open.filter((index) => !content.includes(index)) : [];
  }
  return widths;
}

function entriesOf(rows: readonly TimelineRow[], index: number): readonly Entry[] {
  return rows.flatMap(({ cells }) => cells[index] ?? []);
}

function setBody(entry: Entry, width: number, options: ColumnsOptions): FittedSql {
  const name = nameOf(entry, options);
  const room = width - textWidth(name);
  const markWidth = entry.mark === undefined ? 0 : textWidth(entry.mark);
  const { lines, markBelow } =
    typeof entry.body === 'string'
      ? { lines: wrapLines(entry.body, room, options.maxLines), markBelow: false }
      : fitSql(entry.body, { width: room, markWidth, maxLines: options.maxLines });
  const blank = ' '.repeat(textWidth(name));
  return { lines: lines.map((text, index) => (index === 0 ? name : blank) + text), markBelow };
}

/** The mark is aligned with those of the whole column, if the line leaves room for that. */
function withMark(
  { entry, lines, markBelow }: FittedSql & { readonly entry: Entry },
  width: number,
  marksAt: number,
  options: ColumnsOptions,
): readonly string[] {
  const { mark } = entry;
  const inTone = (text: string): string => paint(text, entry.tone, options.color);
  const inMarkTone = (text: string): string => paint(text, entry.markTone, options.color);
  if (mark === undefined) return lines.map(inTone);
  if (markBelow) return [...lines.map(inTone), `  ${inMarkTone(cutMiddle(mark, width - 2))}`];
  const column = Math.min(marksAt, width - 1 - textWidth(mark));
  return [
    ...lines.slice(0, -1).map(inTone),
    `${inTone(padTo(lines.at(-1) ?? '', column))} ${inMarkTone(mark)}`,
  ];
}

function nameOf(entry: Entry, options: ColumnsOptions): string {
  return options.named ? `s${entry.session + 1} ` : '';
}
