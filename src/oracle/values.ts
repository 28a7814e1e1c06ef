/** Values as they are compared: the part of an answer that counts, the kinds of values, and which mean themselves. */
import type { Answer } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { DatabaseState } from '../core/state.ts';

/** A database error's message may hold values and positions; its code and constraint say what went wrong. */
export function comparable(answer: Answer): Readonly<Record<string, unknown>> {
  if (answer.kind === 'returned') return { returned: answer.value };
  const { sqlstate, constraint, name, message } = answer;
  return sqlstate === undefined
    ? { failed: name, message }
    : { failed: sqlstate, constraint: constraint ?? null };
}

export function kindOf(
  value: unknown,
): 'text' | 'number' | 'bigint' | 'date' | 'bytes' | 'list' | 'object' | 'other' {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'bigint':
      return 'bigint';
    case 'object':
      if (value === null) return 'other';
      if (value instanceof Date) return 'date';
      if (value instanceof Uint8Array) return 'bytes';
      return Array.isArray(value) ? 'list' : 'object';
    default:
      return 'other';
  }
}

export function dateText(date: Date): string {
  return String(date.toJSON());
}

export function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

export function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The values that mean themselves: those in the database at the start, and the arguments. */
export function fixedTexts(start: DatabaseState, args: readonly unknown[]): ReadonlySet<string> {
  const fixed = new Set<string>();
  for (const { rows } of Object.values(start.tables)) {
    for (const row of rows) for (const value of row) if (value !== null) fixed.add(value);
  }
  for (const text of textsIn(args)) fixed.add(text);
  return fixed;
}

/** Every scalar inside the value, as text. */
export function* textsIn(value: unknown): Generator<string> {
  if (value instanceof Date) yield dateText(value);
  else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* textsIn(item);
  } else if (typeof value === 'string') yield value;
  else if (value !== undefined && value !== null) yield canonicalText(value).replace(/n$/, '');
}
