/** The shape of a racing statement: one line, without values, and the same for lists of every length. */
import { shapeOf } from '../../tally/statement-shape.ts';

/** `in ($1, $2)` and `in ($1, $2, $3)` are one statement of the code, which writes the list for as many values as it has. */
const list = /\?(?:\s*,\s*\?)+/g;
const rows = /(\([^()]*\))(?:\s*,\s*\1)+/g;

export function raceShape(statement: string): string {
  return shapeOf(statement)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/\$\d+/g, '?')
    .replaceAll(list, '?')
    .replaceAll(rows, '$1');
}
