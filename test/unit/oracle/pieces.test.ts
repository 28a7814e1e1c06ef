/** How texts are divided before they are compared. */
import { expect, test } from 'vitest';
import { atomsOf, pairwise, piecesOf, wordsOf, type Piece } from '../../../src/oracle/pieces.ts';

const shown = (pieces: readonly Piece[]): string =>
  pieces.map(({ kind, text }) => `${kind}:${text}`).join('|');

test.each([
  ['/orders/1000', 'separator:/|word:orders|separator:/|word:1000'],
  ['ORD-ann_1', 'word:ORD-ann_1'],
  ['at 2026-11-24 12:00:00.5+00', 'word:at|separator: |instant:2026-11-24 12:00:00.5+00'],
  ['2026-11-24T12:00:00Z, 26:00:01', 'instant:2026-11-24T12:00:00Z|separator:, |time:26:00:01'],
  ['u=0f8fad5b-d9cb-469f-a165-70867728950e', 'word:u|separator:=|uuid:0f8fad5b-d9cb-469f-a165-70867728950e'],
  ['paid 12.50', 'word:paid|separator: |decimal:12.50'],
  // Part of a longer word, and so of no kind of its own.
  ['v12.50b', 'word:v12|separator:.|word:50b'],
  ['', ''],
])('%s', (text, expected) => {
  expect(shown(piecesOf(text))).toBe(expected);
}); // prettier-ignore

test('no character is lost, and none is added', () => {
  const text = '{"at": "2026-11-24 12:00:00.1+00", "n": [1.5, -2], "é": "a-b"}';
  expect(piecesOf(text).map((piece) => piece.text).join('')).toBe(text);
}); // prettier-ignore

test('a word is divided at its dashes, and then between letters and digits', () => {
  expect(shown(wordsOf('ORD-ann__10'))).toBe('word:ORD|separator:-|word:ann|separator:__|word:10');
  expect(shown(atomsOf('ORD10b'))).toBe('word:ORD|decimal:10|word:b');
});

test('texts are read piece by piece if their pieces are of the same kinds', () => {
  const pairs = (one: string, two: string): readonly string[] | undefined =>
    pairwise(piecesOf(one), piecesOf(two), (a, b) => (b.text === '?' ? undefined : [`${a.text}=${b.text}`]));
  expect(pairs('a 1', 'b 2')).toEqual(['a=b', ' = ', '1=2']);
  expect(pairs('a 1', 'b 2 ')).toBeUndefined();
  expect(pairs('a 1.5', 'b 2')).toBeUndefined();
  expect(pairs('a/', 'b?')).toBeUndefined();
});
