/**
 * What two executions of the same thing show about a text. They shared state, arguments and schedule, but differed in
 * time, in chance, and in where sequences started. So a piece that is equal in both texts means itself, and a piece that
 * differs was generated: by a sequence, by a clock, or by chance. A text is split until each piece is one or the other:
 * `/orders/1000` and `/orders/1840` are the literal `/orders/` and one generated name.
 *
 * Not every difference was generated. A cache, a counter or a choice among rows differs too, and is uncontrolled
 * nondeterminism. A name must look like one: a number that moved as far as its sequence did, a uuid, a random word. A pair
 * that fits none of these has no reading.
 */
import {
  areBlobs,
  areFractions,
  areRandom,
  areScattered,
  blob,
  isMoved,
  isMovedInRadix,
} from './generated-texts.ts';
import { atomsOf, pairwise, piecesOf, wordsOf, type Piece } from './pieces.ts';
import type { Places } from './places.ts';
import { areShifted, isCount, isDateTime, isTransaction, type Span } from './spans.ts';

/** Literal text; a generated name; a clock reading, which may stand for any other; or null. */
export type Part = string | Name | typeof clock | typeof none;

export const clock: unique symbol = Symbol('clock');
/** SQL's null. */
export const none: unique symbol = Symbol('null');

/** One generated value: its text in the execution, and in the second one. */
export interface Name {
  readonly text: string;
  readonly twin: string;
  /** Whether chance made it, so that no other value has the same digits. Numbers of two sequences may be equal. */
  readonly unique?: boolean;
}

export interface Reading {
  /** How far sequences were moved for the second execution. */
  readonly shifts: readonly bigint[];
  /** Texts that mean themselves: values of the starting state and of the arguments. */
  readonly fixed: ReadonlySet<string>;
  /** Whole values of generated columns, each with its value in the second execution. */
  readonly declared: ReadonlyMap<string, string>;
  /** When code ran. */
  readonly spans: readonly Span[];
  /** Where the texts stand, and what was seen there. */
  readonly place: string;
  readonly places: Places;
}

/** The parts of a text, with adjacent literals joined; undefined if the difference has no reading. */
export function readPair(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  if (reading.declared.get(one) === two) return [{ text: one, twin: two }];
  if (one === two && !/\d{4}-\d\d-\d\d|\d{10}/.test(one)) return [one];
  let parts = readBlobs(one, two, reading) ?? readPieces(one, two, reading);
  if (parts === undefined && !/\s/.test(one)) parts = randomWord(one, two, reading);
  for (const part of parts ?? []) {
    if (typeof part === 'object' && part.unique) reading.places.drew(reading.place, part.text, part.twin);
  }
  return parts && joined(parts);
}

/** Undefined if there is none, or if the text around them has no reading. */
function readBlobs(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  if (one === two) return undefined;
  const [ones, twos] = [one.split(blob), two.split(blob)];
  const isBlob = (at: number): boolean => at % 2 === 1 && areBlobs(ones[at] ?? '', twos[at] ?? '');
  if (ones.length !== twos.length || !ones.some((_, at) => isBlob(at))) return undefined;
  const parts = ones.map((a, at) => {
    const b = twos[at] ?? '';
    return isBlob(at) ? drawn(a, b, reading) : readPieces(a, b, reading);
  });
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function readPieces(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  return pairwise(piecesOf(one), piecesOf(two), (a, b) => readPiece(a, b, reading));
}

function readPiece(a: Piece, b: Piece, reading: Reading): readonly Part[] | undefined {
  if (a.text === b.text) return isNow(a, reading) ? [clock] : [a.text];
  switch (a.kind) {
    case 'separator':
      return undefined;
    case 'instant':
    case 'time':
      return isFixed(a.text, b.text, reading) ? undefined : clockReading(a.text, b.text, reading);
    case 'uuid':
      return drawn(a.text, b.text, reading);
    case 'decimal':
      return readDecimal(written(a.text), written(b.text), reading);
    case 'word':
      return readWord(a.text, b.text, reading);
  }
}

/** A clock that ticks in seconds may give the same reading twice; and so may what is later by an hour (an expiry). */
function isNow({ kind, text }: Piece, { fixed, spans, place, places }: Reading): boolean {
  if (fixed.has(text)) return false;
  if (kind === 'word' || kind === 'decimal')
    return isCount(text, spans) || places.isReadTwice(place, text, spans);
  return kind === 'instant' && (isDateTime(text, spans) || places.isReadTwice(place, text, spans));
}

function clockReading(one: string, two: string, { place, places, spans }: Reading): readonly Part[] {
  places.readClock(place, one, two, spans);
  return [clock];
}

/** Postgres writes small and large numbers with an exponent where JavaScript does not: one value, one text. */
function written(decimal: string): string {
  return /e/i.test(decimal) ? String(Number(decimal)) : decimal;
}

function readDecimal(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  if (areCounts(one, two, reading)) return clockReading(one, two, reading);
  const [whole = '', fraction = ''] = one.split('.');
  const [otherWhole = '', otherFraction = ''] = two.split('.');
  if (fraction !== otherFraction) return areFractions(one, two) ? drawn(one, two, reading) : undefined;
  const parts = readNumber(whole, otherWhole, reading);
  return parts && [...parts, `.${fraction}`];
}

/** `ORD-ann-1000`: dashes between words, digits beside letters. A random word may have all of these by chance. */
function readWord(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  const parts = pairwise(wordsOf(one), wordsOf(two), (a, b): readonly Part[] | undefined => {
    if (a.text === b.text) return [a.text];
    const inside = pairwise(atomsOf(a.text), atomsOf(b.text), (x, y) =>
      x.text === y.text ? [x.text] : readNumber(x.text, y.text, reading),
    );
    if (inside !== undefined) return inside;
    const moved = isMovedInRadix(a.text, b.text, reading.shifts);
    return moved ? [{ text: a.text, twin: b.text }] : randomWord(a.text, b.text, reading);
  });
  if (parts === undefined) return randomWord(one, two, reading);
  // Pieces of one random word: none means anything by itself.
  const scraps = parts.every((part) => (typeof part === 'string' ? part.length <= 1 : isLetters(part)));
  return scraps && parts.length > 1 ? drawn(one, two, reading) : parts;
}

function isLetters(part: Exclude<Part, string>): boolean {
  return typeof part !== 'symbol' && /[A-Za-z]/.test(part.text + part.twin);
}

/** Digits that moved as a sequence did, a clock reading in some unit, a transaction id, too long for a count, or drawn. */
function readNumber(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  if (!/^\d+$/.test(one) || !/^\d+$/.test(two)) return undefined;
  if (isMoved(BigInt(one), BigInt(two), reading.shifts)) {
    const zeros = /^0*(?=\d)/.exec(one)?.[0] ?? '';
    const name = { text: one.slice(zeros.length), twin: two.replace(/^0*(?=\d)/, '') };
    return zeros === '' ? [name] : [zeros, name];
  }
  if (areCounts(one, two, reading)) return clockReading(one, two, reading);
  const areTransactions = [one, two].every((digits) => isTransaction(digits, reading.spans));
  const areLong = one.length >= 12 && two.length >= 12;
  if (areTransactions || areLong) return named(one, two, reading);
  return areScattered(one, two) ? drawn(one, two, reading) : undefined;
}

function areCounts(one: string, two: string, { spans }: Reading): boolean {
  return (isCount(one, spans) && isCount(two, spans)) || areShifted(one, two, spans);
}

function randomWord(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  const { place, places } = reading;
  return areRandom(one, two) || places.mayDraw(place, one, two) ? drawn(one, two, reading) : undefined;
}

/** Made by chance. */
function drawn(text: string, twin: string, reading: Reading): readonly Part[] | undefined {
  if (isFixed(text, twin, reading)) return undefined;
  return [{ text, twin, unique: true }];
}

function named(text: string, twin: string, reading: Reading): readonly Part[] | undefined {
  return isFixed(text, twin, reading) ? undefined : [{ text, twin }];
}

/** A value that was there at the start was chosen, not generated. */
function isFixed(one: string, two: string, { fixed }: Reading): boolean {
  return fixed.has(one) || fixed.has(two);
}

function joined(parts: readonly Part[]): readonly Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string' && typeof last === 'string') result.splice(-1, 1, last + part);
    else result.push(part);
  }
  return result;
}
