/** Paragraphs behind a label: the label on the left, the text in a column of its own. */
import { paint, type Tone } from './paint.ts';
import { padTo, textWidth, wrapWords } from './text.ts';

/** A label and its paragraphs. */
export type Section = readonly [label: string, texts: readonly string[]];

/** Room for the longest label, VIOLATION, and two blanks. */
export const labelWidth = 11;

export interface LabelOptions {
  /** Infinity for a text that must stay on one line. */
  readonly width: number;
  readonly color: boolean;
  readonly tone?: Tone;
  /** The extra indent of a paragraph's later lines. */
  readonly indent?: number;
  /** Whether the text follows two blanks after the label, however short the label is. */
  readonly tight?: boolean;
}

/** Each text is a paragraph of its own, and only the first carries the label. No texts give no lines. */
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
