/**
 * Knows how fast-check would make a value simpler. Most arbitraries tell it of any value; one made by `map` without
 * an unmapper, or by `chain`, only of values with the context in which they were drawn. So contexts are remembered.
 */
import fc from 'fast-check';
import type { Arbitrary } from '../core/arbitrary.ts';
import { copyProblem } from '../core/copying.ts';
import { Fault, messageOf } from '../core/fault.ts';
import { canonicalText } from '../core/plain.ts';

interface Seen<T> {
  readonly drawn: fc.Value<T>;
  /**
   * The simpler values that were offered before this one. The context of a shrunk value leaves them out, since they
   * have passed; but what passed in one scenario may fail in another.
   */
  readonly offered: Offered<T> | undefined;
}

interface Offered<T> {
  readonly value: T;
  readonly before: Offered<T> | undefined;
}

/** More different values of one argument than this are not remembered. */
const maxSeen = 10_000;

/** Behaves as the arbitrary that it wraps, and can say what is one step simpler than a value. */
export class Simplifying<T> extends fc.Arbitrary<T> {
  readonly #inner: fc.Arbitrary<T>;
  readonly #what: string;
  readonly #problem: (value: T) => string | undefined;
  readonly #seen = new Map<string, Seen<T>>();

  /**
   * @param what whose values they are, for messages
   * @param problem what is wrong with a value that cannot be used, in words
   * @param known values that it gives, and that have nothing simpler, before any is drawn
   */
  constructor(
    inner: Arbitrary<T>,
    what: string,
    problem: (value: T) => string | undefined = copyProblem,
    known: readonly T[] = [],
  ) {
    super();
    // fast-check goes by the shape too: an arbitrary of another copy of it does.
    this.#inner = inner as fc.Arbitrary<T>;
    this.#what = what;
    this.#problem = problem;
    for (const value of known) this.#remember(new fc.Value(value, undefined), undefined);
  }

  /** @throws Fault `arbitrary-fails` when the arbitrary throws, or gives what cannot be used */
  generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    const drawn = this.#draw(random, bias);
    const problem = this.#problem(drawn.value_);
    if (problem !== undefined) throw this.#fault('gives a value that cannot be used', problem, undefined);
    this.#remember(drawn, undefined);
    return drawn;
  }

  #draw(random: fc.Random, bias: number | undefined): fc.Value<T> {
    try {
      return this.#inner.generate(random, bias);
    } catch (error) {
      throw this.#fault(
        `throws ${error instanceof Error ? error.name : typeof error}`,
        messageOf(error),
        error,
      );
    }
  }

  #fault(what: string, detail: string, cause: unknown): Fault {
    return new Fault(`the arbitrary of ${this.#what} ${what}`, {
      code: 'arbitrary-fails',
      kind: 'usage',
      detail,
      hint: 'this is a mistake in the model, not a race in the code under test',
      cause,
    });
  }

  canShrinkWithoutContext(value: unknown): value is T {
    return this.#inner.canShrinkWithoutContext(value);
  }

  shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    let offered = this.#seen.get(canonicalText(value))?.offered;
    return this.#inner.shrink(value, context).map((simpler) => {
      this.#remember(simpler, offered);
      offered = { value: simpler.value_, before: offered };
      return simpler;
    });
  }

  /** Whether the value can come out of this arbitrary; false also where that cannot be known. */
  canGive(value: unknown): boolean {
    return this.#inner.canShrinkWithoutContext(value) || this.#seen.has(canonicalText(value));
  }

  /**
   * The values one step simpler: the first level of fast-check's own shrink tree. Undefined where that cannot be known,
   * since the arbitrary needs a context and did not draw the value itself.
   */
  simpler(value: T): readonly T[] | undefined {
    if (this.#inner.canShrinkWithoutContext(value))
      return [...this.shrink(value, undefined)].map((next) => next.value_);
    const seen = this.#seen.get(canonicalText(value));
    if (seen === undefined) return undefined;
    const steps = [...this.shrink(seen.drawn.value_, seen.drawn.context)].map((next) => next.value_);
    for (let { offered } = seen; offered !== undefined; offered = offered.before) steps.push(offered.value);
    return steps;
  }

  /** The first context of a value counts: a later one would only be another way to the same. */
  #remember(drawn: fc.Value<T>, offered: Offered<T> | undefined): void {
    if (this.#seen.size >= maxSeen) return;
    const text = canonicalText(drawn.value_);
    if (!this.#seen.has(text)) this.#seen.set(text, { drawn, offered });
  }
}
