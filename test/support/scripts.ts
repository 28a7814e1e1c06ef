/** Scripts for `randomCode`, made by hand. */
import type { Script } from './random-code.ts';

const linesOf = (texts: readonly string[]): Script['lines'] => texts.map((sql) => ({ sql, values: [] }));

export const alone = (sql: string): Script => ({ begin: null, lines: linesOf([sql]), end: 'commit' });

export const transaction = (...texts: readonly string[]): Script => ({
  begin: 'begin',
  lines: linesOf(texts),
  end: 'commit',
});

export const snapshot = (...texts: readonly string[]): Script => ({
  ...transaction(...texts),
  begin: 'begin isolation level repeatable read',
});
