/**
 * Text in fixed columns: without characters that move the cursor, measured as terminals show it, cut between
 * graphemes. All other report files build on these and never measure with `length`.
 */
import stringWidth from 'string-width';

const noBreak = '\u00a0';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Control characters, lone surrogates, and marks that turn the direction of text. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;

/** Tabs and line ends become spaces, other control characters the replacement character. */
export function printable(text: string): string {
  return text.replace(/[\t\n\v\f\r\u2028\u2029]+/g, ' ').replace(unprintable, '\ufffd');
}

/** Printable text with its white space collapsed. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim());
}

export function textWidth(text: string): number {
  return stringWidth(text);
}

export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Whether the text takes at most `width` columns; a text that is far too long is not measured. */
export function fits(text: string, width: number): boolean {
  return text.length <= 20 * width + 200 && textWidth(text) <= width;
}

/** As much of the start as fits. */
export function takeStart(text: string, width: number): string {
  return take(segmentsOf(text), width).join('');
}

function takeEnd(text: string, width: number): string {
  const end = [...segmentsOf(text.slice(-(20 * width + 200)))];
  return take(end.reverse(), width).reverse().join('');
}

/** The text, or its start and an ellipsis. */
export function cutEnd(text: string, width: number): string {
  if (fits(text, width)) return text;
  return width < 1 ? '' : `${takeStart(text, width - 1).trimEnd()}…`;
}

/** The text, or its start and its end with an ellipsis between them; the start gets more room. */
export function cutMiddle(text: string, width: number): string {
  if (fits(text, width)) return text;
  if (width < 1) return '';
  const start = takeStart(text, Math.ceil((width - 1) * 0.6)).trimEnd();
  return `${start}…${takeEnd(text, width - 1 - textWidth(start)).trimStart()}`;
}

/** Text that {@link wrapWords} does not break: `(alice, 15)`. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', noBreak);
}

/** Lines of at most `width` columns, the later ones indented; broken between words if there are any. */
export function wrapWords(text: string, width: number, indent = 0): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let empty = true;
  const room = (): number => width - (lines.length === 0 ? 0 : indent);
  const push = (): void => {
    lines.push(' '.repeat(lines.length === 0 ? 0 : indent) + line.replaceAll(noBreak, ' '));
    line = '';
    empty = true;
  };
  for (const word of text.split(' ')) {
    if (!empty && textWidth(`${line} ${word}`) > room()) push();
    let rest = word;
    while (textWidth(rest) > room() - (empty ? 0 : textWidth(line) + 1)) {
      const head = takeStart(rest, room());
      if (head === '') break;
      line = head;
      rest = rest.slice(head.length);
      push();
    }
    line = empty ? rest : `${line} ${rest}`;
    empty = false;
  }
  push();
  return lines;
}

/** Like {@link wrapWords}, but at most `maxLines` lines; an ellipsis ends the last one if there is more. */
export function wrapLines(text: string, width: number, maxLines: number): readonly string[] {
  const lines = wrapWords(text, width, 2);
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines - 1), cutEnd(`${lines[maxLines - 1] ?? ''}…`, width)];
}

/** `1 row`, `2 rows`, `no rows`; thousands are separated. */
export function count(number: number, singular: string, plural: string = `${singular}s`): string {
  if (number === 0) return `no ${plural}`;
  return `${number.toLocaleString('en-US')} ${number === 1 ? singular : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function* segmentsOf(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

function take(segments: Iterable<string>, width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const segment of segments) {
    used += textWidth(segment);
    if (used > width) break;
    taken.push(segment);
  }
  return taken;
}
