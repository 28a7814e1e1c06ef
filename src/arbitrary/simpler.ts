/**
 * Knows how fast-check would simplify a value. Most arbitraries can simplify any value. One made by `map` without an
 * unmapper, or by `chain`, needs the context with which it drew the value, so contexts are remembered.
 */
import fc from 'fast-check';
import type { Arbitrary } from '../core/arbitrary.ts';
import { copyProblem } from '../core/copying.ts';
import { Fault, messageOf } from '../core/fault.ts';
import { canonicalText } from '../core/plain.ts';

interface KnownValue<T> {
  readonly drawn: fc.Value<T>;
  /**
   * The simpler values that were offered before this one. The context of a shrunk value leaves them out because they
   * passed; but a value that passes in one scenario may fail in another.
   */
  readonly offered: Offer<T> | undefined;
}

interface Offer<T> {
  readonly value: T;
  readonly before: Offer<T> | undefined;
}

/** At most this many different values of one argument are remembered. */
const maxSeen = 10_000;

/** Behaves like the arbitrary that it wraps, and knows the values that are one step simpler than a value. */
export class SimplifyingArbitrary<T> extends fc.Arbitrary<T> {
  readonly #inner: fc.Arbitrary<T>;
  readonly #what: string;
  readonly #problem: (value: T) => string | undefined;
  readonly #seen = new Map<string, KnownValue<T>>();

  /**
   * @param what the owner of the values, for messages
   * @param problem why a value cannot be used, in words; undefined if it can
   * @param known values that it can give, known before any is drawn; they have no simpler ones
   */
  constructor(
    inner: Arbitrary<T>,
    what: string,
    problem: (value: T) => string | undefined = copyProblem,
    known: readonly T[] = [],
  ) {
    super();
    // fast-check checks the shape alone, too, so an arbitrary of another copy of fast-check will do.
    this.#inner = inner as fc.Arbitrary<T>;
    this.#what = what;
    this.#problem = problem;
    for (const value of known) this.#remember(new fc.Value(value, undefined), undefined);
  }

  /** @throws Fault `arbitrary-fails` if the arbitrary throws, or gives a value that cannot be used */
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

  /** Whether this arbitrary is known to give the value. */
  canGive(value: unknown): boolean {
    return this.#inner.canShrinkWithoutContext(value) || this.#seen.has(canonicalText(value));
  }

  /**
   * The values one step simpler: the first level of fast-check's own shrink tree. Undefined if they are not known, because
   * the arbitrary needs a context and did not draw the value.
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

  /** Keeps the first context of a value: a later one would be another way to the same value. */
  #remember(drawn: fc.Value<T>, offered: Offer<T> | undefined): void {
    if (this.#seen.size >= maxSeen) return;
    const text = canonicalText(drawn.value_);
    if (!this.#seen.has(text)) this.#seen.set(text, { drawn, offered });
  }
}
