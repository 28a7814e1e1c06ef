/** Counts the orders in which conflicting steps came, over all executions of a search. */
import type { ConflictCounts, StepText } from '../core/interactions.ts';
import type { ConflictOrders } from '../core/tally-counts.ts';
import { largest, maxKeys, maxListed } from './counts.ts';
import { shapeOf } from './statement-shape.ts';

/** A step of one execution. */
export interface ConflictingStep extends StepText {
  readonly session: number;
}

/** Two steps of different sessions whose order matters, as they were executed. */
export interface ConflictingPair {
  readonly first: ConflictingStep;
  readonly second: ConflictingStep;
}

/** Adds the conflicting pairs of one execution; a pair of texts counts each time that it comes. */
export function addConflicts(orders: ConflictOrders, pairs: Iterable<ConflictingPair>): void {
  for (const { first, second } of pairs) {
    const [one, two] = [keyOf(first), keyOf(second)];
    // Two sessions that run the same statement of the same operation: their numbers say which came first.
    const forward = one === two ? first.session < second.session : one < two;
    const [a, b] = forward ? [first, second] : [second, first];
    const key = forward ? `${one}\0${two}` : `${two}\0${one}`;
    let counts = orders.get(key);
    if (counts === undefined) {
      if (orders.size >= maxKeys) continue;
      counts = { a: textsOf(a), b: textsOf(b), ab: 0, ba: 0 };
      orders.set(key, counts);
    }
    if (forward) counts.ab += 1;
    else counts.ba += 1;
  }
}

export function mergeOrders(orders: ConflictOrders, more: ConflictOrders): void {
  for (const [key, { a, b, ab, ba }] of more) {
    const counts = orders.get(key);
    if (counts !== undefined) {
      counts.ab += ab;
      counts.ba += ba;
    } else if (orders.size < maxKeys) orders.set(key, { a, b, ab, ba });
  }
}

/** Each order that was seen, of each shape once: two for a pair of shapes that came in both. */
export function* ordersSeen(orders: ConflictOrders): Iterable<string> {
  for (const { a, b, ab, ba } of orders.values()) {
    const [one, other] = [shapeOf(keyOf(a)), shapeOf(keyOf(b))];
    if (ab > 0) yield `${one}\0\0${other}`;
    if (ba > 0) yield `${other}\0\0${one}`;
  }
}

export function conflictCounts(orders: ConflictOrders): ConflictCounts {
  const all = [...orders.values()];
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

function keyOf({ operation, statement }: StepText): string {
  return `${operation}\0${statement}`;
}

/** Statements may be long; this much of one is enough to recognise it. */
const maxText = 200;

export function shortText(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}…`;
}

function textsOf({ operation, statement }: StepText): StepText {
  return { operation, statement: shortText(statement) };
}
