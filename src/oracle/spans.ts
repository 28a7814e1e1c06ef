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

/** Whether the digits may be a transaction id that the code saw while it ran. */
export function isTransaction(digits: string, spans: readonly Span[]): boolean {
  const id = BigInt(digits);
  return spans.some(({ transactions: ids }) => ids !== undefined && id >= ids.from && id < ids.to);
}

/** Whether the text may be seconds, milliseconds, microseconds or nanoseconds since 1970, read while the code ran. */
export function isCount(text: string, spans: readonly Span[]): boolean {
  if (!/^\d{10,19}(?:\.\d+)?$/.test(text)) return false;
  const value = Number(text);
  return [1_000, 1, 1 / 1_000, 1 / 1_000_000].some((unit) => isNear(value * unit, spans));
}

/** Whether the text may be a date and time that the code read while it ran. */
export function isDateTime(text: string, spans: readonly Span[]): boolean {
  return instantsOf(text).some((at) => isNear(at, spans));
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

function isNear(at: number, spans: readonly Span[]): boolean {
  return spans.some(({ from, to }) => at >= from - tolerance && at <= to + tolerance);
}
