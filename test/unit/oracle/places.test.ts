/** What was seen at a place helps to read what is seen there later, and nowhere else. */
import { expect, test } from 'vitest';
import { Places } from '../../../src/oracle/places.ts';
import { readPair, type Part } from '../../../src/oracle/text-pair.ts';

const second = 1_000;
const ran = Date.parse('2026-11-24T12:00:07.300Z');
const spanAt = (from: number): { readonly from: number; readonly to: number } => ({ from, to: from + 50 });

interface Seen {
  readonly place?: string;
  readonly at?: readonly number[];
}

function reader(): (one: string, two: string, seen?: Seen) => readonly Part[] | undefined {
  const places = new Places();
  const fixed = new Set(['2026-11-24 12:10:30+00']);
  return (one, two, { place = 't.v', at = [ran, ran + 100] } = {}) =>
    readPair(one, two, {
      shifts: [],
      fixed,
      declared: new Map(),
      spans: at.map(spanAt),
      place,
      places,
    });
}

const named = (text: string, twin: string): readonly Part[] => [{ text, twin, unique: true }];

test('two draws of letters only, once others at their place had digits', () => {
  const read = reader();
  expect(read('qwerty', 'asdfgh')).toBeUndefined();
  expect(read('q1w2e3', 'a1s2d3')).toEqual(named('q1w2e3', 'a1s2d3'));
  expect(read('qwerty', 'asdfgh')).toEqual(named('qwerty', 'asdfgh'));
  expect(read('123456', '654321')).toEqual(named('123456', '654321'));
  expect(read('qwerty', 'asdfgh', { place: 't.w' })).toBeUndefined();
  expect(read('open', 'closed')).toBeUndefined();
});

test('a number of fewer digits, once others at its place had many; but no word', () => {
  const read = reader();
  expect(read('1234567', '123456789')).toBeUndefined();
  expect(read('987654321', '123456789')).toBeDefined();
  expect(read('1234567', '123456789')).toEqual(named('1234567', '123456789'));
  expect(read('pending', 'shipped')).toBeUndefined();
  expect(read('12', '15')).toBeUndefined();
});

test('a reading of a clock in whole seconds, once two of them at its place differed as their spans did', () => {
  const read = reader();
  const expiry = (at: number): string => `${Math.floor(at / second) + 617}`;
  const literal = [expiry(ran)];
  expect(read(expiry(ran), expiry(ran))).toEqual(literal);
  expect(read(expiry(ran), expiry(ran + second), { at: [ran, ran + second] })).toHaveLength(1);
  const clock = read(expiry(ran), expiry(ran + second), { at: [ran, ran + second] });
  expect(read(expiry(ran), expiry(ran))).toEqual(clock);
  expect(clock).not.toEqual(literal);
  // At another place, and at another distance from the clock.
  expect(read(expiry(ran), expiry(ran), { place: 't.w' })).toEqual(literal);
  const slot = expiry(ran + 60 * second);
  expect(read(slot, slot)).toEqual([slot]);
});

test('a doubt is noted only for moments that may be readings', () => {
  const places = new Places();
  const doubts = (text: string): boolean => {
    places.doubted.clear();
    readPair(text, text, {
      shifts: [],
      fixed: new Set(['2026-11-24 12:10:31+00']),
      declared: new Map(),
      spans: [spanAt(ran), spanAt(ran + 100)],
      place: 't.v',
      places,
    });
    return places.doubted.size > 0;
  };
  expect(doubts('2026-11-24 12:10:30+00')).toBe(true);
  expect(doubts('1795522231')).toBe(true);
  // On the hour, with a fraction, a date, of the start, no time of this century.
  for (const other of [
    '2026-11-24 13:00:00+00',
    '2026-11-24 12:10:30.5+00',
    '2026-11-24',
    '2026-11-24 12:10:31+00',
    '9000000001',
  ])
    expect([other, doubts(other)]).toEqual([other, false]);
});
