/** The rows of a schedule: each at its height in the picture, with the lines of text of each lane. */
import { element, type Element } from '../markup.ts';
import type { Tone } from '../paint.ts';
import { wrapLines } from '../text.ts';
import type { Entry, TimelineRow } from '../timeline.ts';
import { margin, type Layout } from './layout.ts';
import { colors, ink, line, size, textAt, type Line } from './lettering.ts';

/** A statement that needs more lines is cut. */
const maxLines = 5;
/** Pixels above a row with which a turn begins, for the rule. */
const turnGap = 6;

export interface PlacedRow {
  readonly row: TimelineRow;
  /** Whether a turn begins here. */
  readonly begins: boolean;
  readonly top: number;
  readonly height: number;
  readonly lines: readonly (readonly Line[])[];
}

export function placedRows(
  rows: readonly TimelineRow[],
  { sessions, letters }: Layout,
  from: number,
): readonly PlacedRow[] {
  let top = from;
  return rows.map((row, index) => {
    const begins = rows[index - 1]?.turn !== row.turn;
    const lines = Array.from({ length: sessions }, (_, session) => entryLines(row.cells[session], letters));
    const height = Math.max(1, ...lines.map(({ length }) => length)) * line + (begins ? turnGap : 0);
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

export function rowElements(
  { row, begins, top, lines }: PlacedRow,
  { laneX, width }: Layout,
): readonly Element[] {
  const base = top + (begins ? turnGap : 0) + size;
  const rule = begins
    ? [element('path', { d: `M${margin} ${top}H${width - margin}`, stroke: '#e6e9ed' })]
    : [];
  return [
    ...rule,
    ...stepNumber(row, base),
    ...lines.flatMap((texts, session) =>
      texts.map((text, index) => textAt(laneX(session), base + index * line, text)),
    ),
  ];
}

function stepNumber({ step, racing = false }: TimelineRow, base: number): readonly Element[] {
  if (step === undefined) return [];
  const text = racing ? `${step} race` : String(step);
  return [textAt(margin, base, { text, color: racing ? colors.bad : colors.faint, bold: racing })];
}
