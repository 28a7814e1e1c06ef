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

/** Literal text; a generated name; a clock reading, which may stand for any other; or null. */
export type Part = string | Name | typeof clock | typeof none;

export const clock: unique symbol = Symbol('clock');
/** SQL's null. */
export const none: unique symbol = Symbol('null');

/** One generated value: its text in the execution, and in the second one. */
export interface Name {
  readonly text: string;
  readonly twin: string;
}

/** Wall-clock time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** If the code asked for transaction ids: from the first that its database may show to the next that it will assign. */
  readonly transactions?: { readonly from: bigint; readonly to: bigint } | undefined;
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
}

const time = String.raw`\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?`;
const zone = String.raw`(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d(?::\d\d)?)?)(?![\w:]))?`;
const special = new RegExp(
  String.raw`(?<![\w])(?:(?<instant>\d{4}-\d\d-\d\d(?:[ T]${time}${zone})?)|(?<time>\d+:\d\d:\d\d(?:\.\d+)?${zone})|` +
    String.raw`(?<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?<decimal>\d+\.\d+(?:e[+-]?\d+)?))(?!\w)`,
  'gi',
);

/** The parts of a text, with adjacent literals joined; undefined if the difference has no reading. */
export function readPair(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  if (reading.declared.get(one) === two) return [{ text: one, twin: two }];
  if (one === two && !/\d{4}-\d\d-\d\d|\d{10}/.test(one)) return [one];
  const pieces = [split(one), split(two)] as const;
  const parts = pairwise(pieces[0], pieces[1], (a, b) => readPiece(a, b, reading));
  if (parts !== undefined) return joined(parts);
  return /\s/.test(one) ? undefined : randomWord(one, two, reading);
}

interface Piece {
  readonly kind: 'separator' | 'word' | 'instant' | 'time' | 'uuid' | 'decimal';
  readonly text: string;
}

function split(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const plain = (until: number): void => {
    for (const [piece] of text.slice(at, until).matchAll(/[A-Za-z0-9_-]+|[^A-Za-z0-9_-]+/g)) {
      pieces.push({ kind: /[A-Za-z0-9_-]/.test(piece) ? 'word' : 'separator', text: piece });
    }
  };
  for (const match of text.matchAll(special)) {
    plain(match.index);
    const kind = Object.entries(match.groups ?? {}).find(([, group]) => group !== undefined)?.[0];
    pieces.push({ kind: kind as Piece['kind'], text: match[0] });
    at = match.index + match[0].length;
  }
  plain(text.length);
  return pieces;
}

/** Reads both piece by piece; undefined unless their pieces are of the same kinds. */
function pairwise(
  one: readonly Piece[],
  two: readonly Piece[],
  read: (a: Piece, b: Piece) => readonly Part[] | undefined,
): readonly Part[] | undefined {
  if (one.length !== two.length) return undefined;
  const parts: Part[] = [];
  for (const [index, a] of one.entries()) {
    const b = two[index];
    if (b === undefined || a.kind !== b.kind) return undefined;
    const piece = read(a, b);
    if (piece === undefined) return undefined;
    parts.push(...piece);
  }
  return parts;
}

function readPiece(a: Piece, b: Piece, reading: Reading): readonly Part[] | undefined {
  if (a.text === b.text) return isNow(a, reading) ? [clock] : [a.text];
  switch (a.kind) {
    case 'separator':
      return undefined;
    case 'instant':
    case 'time':
      return isFixed(a.text, b.text, reading) ? undefined : [clock];
    case 'uuid':
      return named(a.text, b.text, reading);
    case 'decimal':
      return readDecimal(a.text, b.text, reading);
    case 'word':
      return readWord(a.text, b.text, reading);
  }
}

function readDecimal(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  if (isReadingOf(one, reading) && isReadingOf(two, reading)) return [clock];
  const [whole = '', fraction = ''] = one.split('.');
  const [otherWhole = '', otherFraction = ''] = two.split('.');
  const parts = fraction === otherFraction ? readNumber(whole, otherWhole, reading) : undefined;
  return parts && [...parts, `.${fraction}`];
}

/** `ORD-ann-1000`: dashes between words, digits beside letters. A random word may have all of these by chance. */
function readWord(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  const parts = pairwise(wordsOf(one), wordsOf(two), (a, b) => {
    if (a.text === b.text) return [a.text];
    const inside = pairwise(atomsOf(a.text), atomsOf(b.text), (x, y) =>
      x.text === y.text ? [x.text] : readNumber(x.text, y.text, reading),
    );
    if (inside !== undefined) return inside;
    const moved = isMovedInRadix(a.text, b.text, reading);
    return moved ? [{ text: a.text, twin: b.text }] : randomWord(a.text, b.text, reading);
  });
  if (parts === undefined) return randomWord(one, two, reading);
  // Pieces of one random word: none means anything by itself.
  const scraps = parts.every((part) => (typeof part === 'string' ? part.length <= 1 : isLetters(part)));
  return scraps && parts.length > 1 ? named(one, two, reading) : parts;
}

function wordsOf(text: string): readonly Piece[] {
  return [...text.matchAll(/[A-Za-z0-9]+|[_-]+/g)].map(([piece]) => ({
    kind: /[_-]/.test(piece) ? 'separator' : 'word',
    text: piece,
  }));
}

function atomsOf(text: string): readonly Piece[] {
  return [...text.matchAll(/[A-Za-z]+|\d+/g)].map(([piece]) => ({
    kind: /\d/.test(piece) ? 'decimal' : 'word',
    text: piece,
  }));
}

function isLetters(part: Exclude<Part, string>): boolean {
  return typeof part !== 'symbol' && /[A-Za-z]/.test(part.text + part.twin);
}

/** Digits that moved as a sequence did, a clock reading in some unit, a transaction id, or too long for a count. */
function readNumber(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  if (!/^\d+$/.test(one) || !/^\d+$/.test(two)) return undefined;
  if (isMoved(BigInt(two) - BigInt(one), reading)) {
    const zeros = /^0*(?=\d)/.exec(one)?.[0] ?? '';
    const name = { text: one.slice(zeros.length), twin: two.replace(/^0*(?=\d)/, '') };
    return zeros === '' ? [name] : [zeros, name];
  }
  if (isReadingOf(one, reading) && isReadingOf(two, reading)) return [clock];
  if (isTransaction(one, reading) && isTransaction(two, reading)) return named(one, two, reading);
  return one.length >= 12 && two.length >= 12 ? named(one, two, reading) : undefined;
}

/** Whether the digits may be a transaction id that the code saw while it ran. */
export function isTransaction(digits: string, { spans }: Pick<Reading, 'spans'>): boolean {
  const id = BigInt(digits);
  return spans.some(({ transactions: ids }) => ids !== undefined && id >= ids.from && id < ids.to);
}

function isMoved(by: bigint, { shifts }: Reading): boolean {
  return by !== 0n && shifts.some((shift) => shift !== 0n && by % shift === 0n);
}

/** Ids may be written in base 16 or 36. */
function isMovedInRadix(one: string, two: string, reading: Reading): boolean {
  return [16, 36].some((radix) => {
    const [a, b] = [one, two].map((text) => parseInt(text, radix));
    const wellFormed = [one, two].every(
      (text) => parseInt(text, radix).toString(radix) === text.toLowerCase(),
    );
    return (
      wellFormed &&
      Number.isSafeInteger(a) &&
      Number.isSafeInteger(b) &&
      isMoved(BigInt(b ?? 0) - BigInt(a ?? 0), reading)
    );
  });
}

/** Two dictionary words (`open` and `closed`) are a choice that the code made, not a name. */
function randomWord(one: string, two: string, reading: Reading): readonly Part[] | undefined {
  const looks = [one, two].filter(looksRandom).length;
  // One of two short random words may happen to have only letters.
  const enough = looks === 2 || (looks === 1 && Math.min(one.length, two.length) >= 6);
  return enough ? named(one, two, reading) : undefined;
}

function looksRandom(text: string): boolean {
  const digits = /\d/.test(text);
  const letters = /[A-Za-z]/.test(text);
  return (
    (digits && letters && text.length >= 4) ||
    (letters && text.length >= 16) ||
    (/[a-z]/.test(text) && /[A-Z]/.test(text) && text.length >= 8)
  );
}

function named(text: string, twin: string, reading: Reading): readonly Part[] | undefined {
  return isFixed(text, twin, reading) ? undefined : [{ text, twin }];
}

/** A value that was there at the start was chosen, not generated. */
function isFixed(one: string, two: string, { fixed }: Reading): boolean {
  return fixed.has(one) || fixed.has(two);
}

/** A clock that ticks in seconds may give the same reading twice. */
function isNow({ kind, text }: Piece, reading: Reading): boolean {
  if (reading.fixed.has(text)) return false;
  if (kind === 'word' || kind === 'decimal') return isReadingOf(text, reading);
  return kind === 'instant' && instantsOf(text).some((at) => isNear(at, reading));
}

/** The instants that a time may mean, in milliseconds since 1970; without a zone, it is local time or UTC. */
function instantsOf(text: string): readonly number[] {
  if (text.length < 16) return [];
  const instant = text
    .replace(' ', 'T')
    .replace(/ ?(?:UTC|Z)$/, 'Z')
    .replace(/([+-]\d\d)$/, '$1:00');
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(instant);
  return (zoned ? [instant] : [instant, `${instant}Z`]).map((each) => Date.parse(each));
}

/**
 * The text without the clock readings of this execution: times with a fraction of a second that lie within its span and
 * were not there before. Texts that are now equal differ only in clock readings.
 */
export function withoutReadings(text: string, span: Span, fixed: () => ReadonlySet<string>): string {
  return text.replace(special, (piece: string) => {
    const isRead = piece.includes('.') && instantsOf(piece).some((at) => at >= span.from && at <= span.to);
    return isRead && !fixed().has(piece) ? '{clock}' : piece;
  });
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, read while the code ran. */
function isReadingOf(text: string, reading: Reading): boolean {
  if (!/^\d{10,19}(?:\.\d+)?$/.test(text)) return false;
  const value = Number(text);
  return [1_000, 1, 1 / 1_000, 1 / 1_000_000].some((unit) => isNear(value * unit, reading));
}

function isNear(at: number, { spans }: Reading): boolean {
  return spans.some(({ from, to }) => at >= from - 1_000 && at <= to + 1_000);
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
