/**
 * Places where values were seen to be made: a column (`sessions.token`), or a part of an operation's result. Two draws at one
 * place differ in looks: of six random letters and digits, one in seven has no digit, and a clock that ticks in seconds gives
 * the same reading twice. One pair that shows its nature is enough for all later pairs at its place.
 *
 * A place says only what kind of value to expect. Which values are equal is always a matter of the values themselves: they
 * are named one-to-one, across all places. The opposite (equal by place) would hide that a session holds another's token.
 */
import { isAtOffset, isWholeSecond, offsetOf, type Span } from './spans.ts';

/** How draws at one place looked. */
interface Draws {
  readonly shortest: number;
  readonly longest: number;
  /** Whether all were numbers. */
  readonly numbers: boolean;
}

export class Places {
  /** By place: values drawn by chance. */
  readonly #drawn = new Map<string, Draws>();
  /** By place: how much later than the clock its readings are, in milliseconds. */
  readonly #offsets = new Map<string, readonly number[]>();
  /** Places of equal moments, which may be one clock reading twice; whoever looks at them again empties it. */
  readonly doubted: Set<string> = new Set();

  /** Whether chance made any value so far. */
  get chance(): boolean {
    return this.#drawn.size > 0;
  }

  drew(place: string, ...texts: readonly string[]): void {
    const known = this.#drawn.get(place);
    const lengths = texts.map(({ length }) => length);
    this.#drawn.set(place, {
      shortest: Math.min(...lengths, known?.shortest ?? Infinity),
      longest: Math.max(...lengths, known?.longest ?? 0),
      numbers: texts.every(isNumber) && known?.numbers !== false,
    });
  }

  /** Whether these may have been drawn there, too: not words at a place of numbers, and no shorter than other words. */
  mayDraw(place: string, ...texts: readonly string[]): boolean {
    const known = this.#drawn.get(place);
    if (known === undefined) return false;
    // One of a hundred numbers has two digits less than most.
    const shortest = known.numbers ? known.shortest - 2 : known.shortest;
    return texts.every(
      (text) => text.length >= shortest && text.length <= known.longest && (isNumber(text) || !known.numbers),
    );
  }

  /** A clock was read there, in whole seconds. */
  readClock(place: string, one: string, two: string, spans: readonly Span[]): void {
    const offset = spans.length === 2 && isWholeSecond(one) ? offsetOf(one, two, spans) : undefined;
    if (offset === undefined || this.#isLate(place, one, spans)) return;
    this.#offsets.set(place, [...(this.#offsets.get(place) ?? []), offset]);
  }

  /** Whether a moment that is the same in both executions is a clock reading; in doubt it is none, and the doubt is noted. */
  isReadTwice(place: string, text: string, spans: readonly Span[]): boolean {
    if (!isWholeSecond(text)) return false;
    if (this.#isLate(place, text, spans)) return true;
    this.doubted.add(place);
    return false;
  }

  #isLate(place: string, text: string, spans: readonly Span[]): boolean {
    return this.#offsets.get(place)?.some((offset) => isAtOffset(text, offset, spans)) ?? false;
  }
}

function isNumber(text: string): boolean {
  return /^[\d.]+$/.test(text);
}
