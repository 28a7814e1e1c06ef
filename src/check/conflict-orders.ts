/** Collects which conflicting steps were seen in which order, over all executions of a search. */
import type { ConflictCounts, StepText } from '../core/interactions.ts';
import { largest, maxKeys, maxListed } from './counts.ts';

/** A step of one execution. */
export interface ConflictingStep extends StepText {
  readonly session: number;
}

/** Two steps of different sessions whose order matters, as they were executed. */
export interface ConflictingPair {
  readonly first: ConflictingStep;
  readonly second: ConflictingStep;
}

interface OrderCounts {
  readonly a: StepText;
  readonly b: StepText;
  ab: number;
  ba: number;
}

export class ConflictOrders {
  readonly #pairs = new Map<string, OrderCounts>();

  /** The conflicting pairs of one execution; a pair of texts that comes several times counts each time. */
  add(pairs: Iterable<ConflictingPair>): void {
    for (const { first, second } of pairs) {
      const [one, two] = [keyOf(first), keyOf(second)];
      // Two sessions that run the same statement of the same operation: their numbers say which came first.
      const forward = one === two ? first.session < second.session : one < two;
      const [a, b] = forward ? [first, second] : [second, first];
      const key = forward ? `${one}\0${two}` : `${two}\0${one}`;
      let orders = this.#pairs.get(key);
      if (orders === undefined) {
        if (this.#pairs.size >= maxKeys) continue;
        orders = { a: textsOf(a), b: textsOf(b), ab: 0, ba: 0 };
        this.#pairs.set(key, orders);
      }
      if (forward) orders.ab += 1;
      else orders.ba += 1;
    }
  }

  merge(other: ConflictOrders): void {
    for (const [key, { a, b, ab, ba }] of other.#pairs) {
      const orders = this.#pairs.get(key);
      if (orders !== undefined) {
        orders.ab += ab;
        orders.ba += ba;
      } else if (this.#pairs.size < maxKeys) this.#pairs.set(key, { a, b, ab, ba });
    }
  }

  /** Orders of conflicting steps that were seen: two for each pair that came in both. */
  get orders(): number {
    let orders = 0;
    for (const { ab, ba } of this.#pairs.values()) orders += (ab > 0 ? 1 : 0) + (ba > 0 ? 1 : 0);
    return orders;
  }

  counts(): ConflictCounts {
    const all = [...this.#pairs.values()];
    const oneOrder = all.flatMap(({ a, b, ab, ba }) => {
      if (ab > 0 && ba > 0) return [];
      return ab > 0 ? { first: a, second: b, times: ab } : { first: b, second: a, times: ba };
    });
    return {
      pairs: all.length,
      bothOrders: all.length - oneOrder.length,
      oneOrder: largest(
        oneOrder,
        maxListed,
        ({ times }) => times,
        ({ first, second }) => `${keyOf(first)}\0${keyOf(second)}`,
      ),
    };
  }
}

function keyOf({ operation, statement }: StepText): string {
  return `${operation}\0${statement}`;
}

/** Statements may be long; what is kept of them is enough to know them by. */
const maxText = 200;

export function shortened(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…`;
}

function textsOf({ operation, statement }: StepText): StepText {
  return { operation, statement: shortened(statement) };
}
