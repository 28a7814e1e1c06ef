/** A piece is a part of a text that is compared as a whole: a word, what separates words, a time, a uuid, a decimal number. */

export interface Piece {
  readonly kind: 'separator' | 'word' | 'instant' | 'time' | 'uuid' | 'decimal';
  readonly text: string;
}

const time = String.raw`\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?`;
const zone = String.raw`(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d(?::\d\d)?)?)(?![\w:]))?`;
/** Pieces that have separators inside. */
export const compound: RegExp = new RegExp(
  String.raw`(?<![\w])(?:(?<instant>\d{4}-\d\d-\d\d(?:[ T]${time}${zone})?)|(?<time>\d+:\d\d:\d\d(?:\.\d+)?${zone})|` +
    String.raw`(?<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?<decimal>\d+\.\d+(?:e[+-]?\d+)?))(?!\w)`,
  'gi',
);

export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const addPlain = (until: number): void => {
    for (const [piece] of text.slice(at, until).matchAll(/[A-Za-z0-9_-]+|[^A-Za-z0-9_-]+/g)) {
      pieces.push({ kind: /[A-Za-z0-9_-]/.test(piece) ? 'word' : 'separator', text: piece });
    }
  };
  for (const match of text.matchAll(compound)) {
    addPlain(match.index);
    const kind = Object.entries(match.groups ?? {}).find(([, group]) => group !== undefined)?.[0];
    pieces.push({ kind: kind as Piece['kind'], text: match[0] });
    at = match.index + match[0].length;
  }
  addPlain(text.length);
  return pieces;
}

/** `ORD-ann-1000`: words, and the dashes between them. */
export function wordsOf(word: string): readonly Piece[] {
  return [...word.matchAll(/[A-Za-z0-9]+|[_-]+/g)].map(([piece]) => ({
    kind: /[_-]/.test(piece) ? 'separator' : 'word',
    text: piece,
  }));
}

/** `ORD1000`: letters, and the digits beside them. */
export function atomsOf(word: string): readonly Piece[] {
  return [...word.matchAll(/[A-Za-z]+|\d+/g)].map(([piece]) => ({
    kind: /\d/.test(piece) ? 'decimal' : 'word',
    text: piece,
  }));
}

/** Reads two texts piece by piece; undefined unless their pieces are of the same kinds and each pair can be read. */
export function pairwise<T>(
  one: readonly Piece[],
  two: readonly Piece[],
  read: (a: Piece, b: Piece) => readonly T[] | undefined,
): readonly T[] | undefined {
  if (one.length !== two.length) return undefined;
  const found: T[] = [];
  for (const [index, a] of one.entries()) {
    const b = two[index];
    if (b === undefined || a.kind !== b.kind) return undefined;
    const piece = read(a, b);
    if (piece === undefined) return undefined;
    found.push(...piece);
  }
  return found;
}
