/** Colour is decoration: asked for by the caller, and never needed to understand the text. */
import { styleText } from 'node:util';

export type Tone = 'good' | 'bad' | 'doubtful' | 'faint' | 'heading';

const styles = {
  good: ['bold', 'green'],
  bad: ['bold', 'red'],
  doubtful: ['yellow'],
  faint: ['dim'],
  heading: ['bold'],
} as const satisfies Record<Tone, readonly Parameters<typeof styleText>[0][]>;

/** The text in its tone, or the plain text without colour. Only the caller decides whether to colour. */
export function paint(text: string, tone: Tone | undefined, color: boolean): string {
  if (!color || tone === undefined || text === '') return text;
  return styleText([...styles[tone]], text, { validateStream: false });
}
