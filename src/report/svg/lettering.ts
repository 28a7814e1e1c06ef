/**
 * Text in a picture. A monospaced character is 0.6 of its height wide in all usual fonts; `textLength` holds the others to
 * it.
 */
import { element, type Element } from '../markup.ts';
import type { Tone } from '../paint.ts';
import { textWidth } from '../text.ts';

/** In pixels: the height of a character, its width, and the distance of lines. */
export const size = 13;
export const letter: number = 0.6 * size;
export const line = 19;

export const font = 'ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace';
export const ink = '#1d2125';
export const colors: Readonly<Record<Tone, string>> = {
  good: '#1a6b34',
  bad: '#b3261e',
  doubtful: '#805300',
  faint: '#5c6670',
  heading: ink,
};

export interface Line {
  readonly text: string;
  readonly color: string;
  readonly bold: boolean;
}

/** @param y of the base line */
export function textAt(x: number, y: number, { text, color, bold }: Line): Element {
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

/** To a tenth of a pixel. */
export function round(number: number): number {
  return Math.round(number * 10) / 10;
}
