/**
 * A span is the time in which code ran. A text may be a reading of a clock, or of the counter of transactions, only if its
 * value lies within a span.
 */
import { compound } from './pieces.ts';

/** Wall-clock time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** If the code asked for transaction ids: from the first that its database may show to the next that it will assign. */
  readonly transactions?: { readonly from: bigint; readonly to: bigint } | undefined;
}

/** In milliseconds: a clock that shows whole seconds is wrong by up to one. */
const tolerance = 1_000;

/** Seconds, milliseconds, microseconds and nanoseconds, in milliseconds. */
const units = [1_000, 1, 1 / 1_000, 1 / 1_000_000];

/** Whether the digits may be a transaction id that the code saw while it ran. */
export function isTransaction(digits: string, spans: readonly Span[]): boolean {
  const id = BigInt(digits);
  return spans.some(({ transactions: ids }) => ids !== undefined && id >= ids.from && id < ids.to);
}

/** Whether the text may be seconds, milliseconds, microseconds or nanoseconds since 1970, read while the code ran. */
export function isCount(text: string, spans: readonly Span[]): boolean {
  return isDigits(text) && units.some((unit) => isNear(Number(text) * unit, spans));
}

function isDigits(text: string): boolean {
  return /^\d{10,19}(?:\.\d+)?$/.test(text);
}

/** Whether the text may be a date and time that the code read while it ran. */
export function isDateTime(text: string, spans: readonly Span[]): boolean {
  return instantsOf(text).some((at) => isNear(at, spans));
}

/** Whether the two are readings of a clock plus the same time: apart by no more than the spans are, both in this century. */
export function areShifted(one: string, two: string, spans: readonly Span[]): boolean {
  const reach = Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from));
  const others = momentsOf(two);
  return momentsOf(one).some((at) => others.some((other) => Math.abs(other - at) <= reach + tolerance));
}

/** How much later than their spans began the two are, in milliseconds; undefined if they are not equally late. */
export function offsetOf(one: string, two: string, [first, second]: readonly Span[]): number | undefined {
  if (first === undefined || second === undefined) return undefined;
  const slack = tolerance + first.to - first.from + second.to - second.from;
  const others = momentsOf(two).map((at) => at - second.from);
  return momentsOf(one)
    .map((at) => at - first.from)
    .find((offset) => others.some((other) => Math.abs(other - offset) <= slack));
}

/** Whether the text may be a clock reading plus an offset. Both are wrong by a second at most. */
export function isAtOffset(text: string, offset: number, spans: readonly Span[]): boolean {
  return momentsOf(text).some((at) => isNear(at - offset, spans, 2 * tolerance));
}

/** Whether it is a moment without a fraction, and not on the hour: two clock readings of one second are equal. */
export function isWholeSecond(text: string): boolean {
  const at = momentsOf(text).at(-1);
  return at !== undefined && at % 1_000 === 0 && at % 3_600_000 !== 0;
}

/** What the text may mean as a date and time, or as a count since 1970 that lies between 2001 and 2096. */
function momentsOf(text: string): readonly number[] {
  if (!isDigits(text)) return instantsOf(text).filter(Number.isFinite);
  return units.map((unit) => Number(text) * unit).filter((at) => at >= 1e12 && at < 4e12);
}

/**
 * The text without the clock readings of this execution: times with a fraction of a second that lie within its span and
 * were not there before. Texts that are now equal differ only in clock readings.
 */
export function withoutReadings(text: string, span: Span, fixed: () => ReadonlySet<string>): string {
  return text.replace(compound, (piece: string) => {
    const isRead = piece.includes('.') && instantsOf(piece).some((at) => at >= span.from && at <= span.to);
    return isRead && !fixed().has(piece) ? '{clock}' : piece;
  });
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

function isNear(at: number, spans: readonly Span[], within: number = tolerance): boolean {
  return spans.some(({ from, to }) => at >= from - within && at <= to + within);
}
