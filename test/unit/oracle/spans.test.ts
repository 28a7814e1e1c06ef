/** Which texts a clock, or the counter of transactions, may have shown while code ran. */
import { expect, test } from 'vitest';
import { isCount, isDateTime, isTransaction } from '../../../src/oracle/spans.ts';

const from = Date.parse('2026-11-24T12:00:00.000Z');
const spans = [{ from, to: from + 500, transactions: { from: 700n, to: 703n } }];

test.each([
  ['seconds', from / 1_000],
  ['milliseconds', from + 3],
  ['microseconds', from * 1_000],
  ['seconds, with a fraction', from / 1_000 + 0.25],
])('a count of %s since 1970', (_, count) => {
  expect(isCount(String(count), spans)).toBe(true);
  expect(isCount(String(count), [{ from: from - 9_000, to: from - 8_000 }])).toBe(false);
});

test('nanoseconds count too, and up to a second before and after', () => {
  expect(isCount(`${from}000000`, spans)).toBe(true);
  expect([-1_001, -1_000, 1_500, 1_501].map((by) => isCount(String(from + by), spans))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(isCount(`${from} `, spans)).toBe(false);
  expect(isCount('1764', spans)).toBe(false);
});

test.each([
  ['2026-11-24 12:00:00', true],
  ['2026-11-24T12:00:00.4Z', true],
  ['2026-11-24 14:00:00.4+02', true],
  ['2026-11-24 12:00:00 UTC', true],
  ['2026-11-24 12:00:02Z', false],
  ['2026-11-24 12:00:00+02', false],
  ['2026-11-24', false],
])('%s is a date and time in the span: %s', (text, expected) => {
  expect(isDateTime(text, spans)).toBe(expected);
});

test('a transaction id is one that was assigned meanwhile', () => {
  expect(['699', '700', '702', '703'].map((id) => isTransaction(id, spans))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(isTransaction('700', [{ from, to: from }])).toBe(false);
});
