/** How a printed condition is divided; plans.test.ts has the common forms. */
import { expect, test } from 'vitest';
import { conjuncts } from '../../../src/footprint/conjuncts.ts';

test.each<[string, readonly string[]]>([
  ['(((a = 1) AND (b = 2)) AND ((c = 3) AND (d = 4)))', ['(a = 1)', '(b = 2)', '(c = 3)', '(d = 4)']],
  ['((a = 1) AND ((b = 2) OR (c = 3)))', ['(a = 1)', '((b = 2) OR (c = 3))']],
  ['(NOT ((a = 1) AND (b = 2)))', ['(NOT ((a = 1) AND (b = 2)))']],
  ['((a = 1))', ['((a = 1))']],
  [`((a = 'it''s (not') AND (b = 2))`, [`(a = 'it''s (not')`, '(b = 2)']],
  // Of another form than Postgres prints: one condition each.
  ['a', ['a']],
  ['', ['']],
  ['(a = 1) AND (b = 2)', ['(a = 1) AND (b = 2)']],
  ['((a = 1) AND b)', ['((a = 1) AND b)']],
  [`((a = 'open) AND (b = 2))`, [`((a = 'open) AND (b = 2))`]],
])('%s', (condition, expected) => {
  expect(conjuncts(condition)).toEqual(expected);
});
