/** Paragraphs behind a label: the label on the left, the text in a column of its own. */
import { paint, type Tone } from './paint.ts';
import { padTo, textWidth, wrapWords } from './text.ts';

/** A label and its paragraphs. */
export type Section = readonly [label: string, texts: readonly string[]];

/** Room for the longest label, VIOLATION, and two blanks. */
export const labelWidth = 11;

export interface LabelOptions {
  /** Infinity for what must stay on one line. */
  readonly width: number;
  readonly color: boolean;
  readonly tone?: Tone;
  /** Later lines of a paragraph stand this much further in. */
  readonly indent?: number;
  /** The text follows two blanks after the label, however short that is. */
  readonly tight?: boolean;
}

/** Each text is a paragraph of its own; only the first carries the label. No text, no line. */
export function labelled(label: string, texts: readonly string[], options: LabelOptions): readonly string[] {
  const head = padTo(
    label,
    options.tight === true ? textWidth(label) + 2 : Math.max(labelWidth, textWidth(label) + 2),
  );
  const room = Math.max(20, options.width - textWidth(head));
  return texts
    .filter((text) => text !== '')
    .flatMap((text) => wrapWords(text, room, options.indent ?? 2))
    .map((line, index) => {
      if (index > 0) return (' '.repeat(labelWidth) + line).trimEnd();
      return paint(label, options.tone ?? 'faint', options.color) + head.slice(label.length) + line;
    });
}
