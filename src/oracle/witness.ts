/**
 * The search for a serial witness: an order of whole operations that gives the observed outcome.
 *
 * Wing and Gong's search (1993) with a memo on the set of finished operations and the state, as in Lowe,
 * "Testing for linearizability" (2017), and Porcupine. What differs: the specification is learned from the
 * code, outcomes may be compared up to renaming (so the answers are part of the memo), an operation that
 * aborted or was refused may also have had no effect, and an operation whose serial form leaves a choice may
 * have taken any of its options.
 */
import { canonicalText } from '../core/plain.ts';
import type { JudgementLimit, OperationRef, Outcome, SerialOutcome, Witness } from '../core/verdict.ts';
import type { Comparison } from './comparison.ts';
import { maxComparedRows } from './isomorphic.ts';
import {
  answerAt,
  callAt,
  has,
  learnedOf,
  nextOperations,
  rootOf,
  skipping,
  stepsOf,
  type Node,
  type Question,
  type Search,
} from './serial.ts';

/** A limit that ended a search. */
export interface LimitHit {
  readonly kind: 'gave-up';
  readonly limit: JudgementLimit;
  /** How many of what the limit counts were done. */
  readonly after: number;
}

export type WitnessAnswer =
  { readonly kind: 'witness'; readonly witness: Witness } | { readonly kind: 'none' } | LimitHit;

/** Nodes of one search for a witness; three sessions of four operations have 125 if nothing leaves a choice. */
export const maxSerialNodes = 50_000;

/**
 * @param worlds how many worlds the comparison uses
 * @param maxNodes the most nodes to visit
 */
export function* witnessOf(
  question: Question,
  observed: Outcome,
  comparison: Comparison,
  worlds: 1 | 2,
  maxNodes: number = maxSerialNodes,
): Search<WitnessAnswer> {
  const failed = new Set<string>();
  let gaveUp: LimitHit | undefined;
  let nodes = 0;

  function* search(node: Node): Search<Witness | undefined> {
    const key = memoKey(node, worlds);
    if (failed.has(key)) return undefined;
    if (++nodes > maxNodes) {
      gaveUp = { kind: 'gave-up', limit: 'maxSerialNodes', after: maxNodes };
      return undefined;
    }
    const candidates = nextOperations(question, node.done);
    if (candidates.length === 0) {
      const likeness = comparison.outcome(node);
      if (likeness === 'same') {
        return { order: node.done.filter((ref) => !has(node.without, ref)), without: node.without };
      }
      if (likeness === 'gave-up') gaveUp = comparisonGaveUp;
    }
    for (const ref of candidates) {
      const answer = answerAt(observed.answers, ref);
      if (answer === undefined) continue;
      for (const next of yield* stepsOf(question, node, ref)) {
        if (!comparison.fits(next, ref)) continue;
        const found = yield* search(next);
        if (found !== undefined) return found;
      }
      if (question.maySkip(answer, callAt(question, ref))) {
        const found = yield* search(skipping(node, ref));
        if (found !== undefined) return found;
      }
      if (nodes > maxNodes) return undefined;
    }
    failed.add(key);
    return undefined;
  }

  const witness = yield* search(rootOf(question, worlds));
  return witness === undefined ? (gaveUp ?? { kind: 'none' }) : { kind: 'witness', witness };
}

const comparisonGaveUp: LimitHit = {
  kind: 'gave-up',
  limit: 'maxComparedRows',
  after: maxComparedRows,
};

/** One serial run to its end. */
export interface SerialRun extends SerialOutcome {
  readonly node: Node;
}

/**
 * Every distinct serial outcome, from at most `maxOrders` orders. Outcomes that differ only in generated values count as one.
 *
 * @param skipped operations that are left out
 */
export function* serialOutcomes(
  question: Question,
  maxOrders: number,
  skipped: readonly OperationRef[],
  keyOf: (node: Node) => string,
): Search<{ readonly runs: readonly SerialRun[]; readonly complete: boolean }> {
  const found = new Map<string, SerialRun>();
  let orders = 0;
  let complete = true;

  function* walk(node: Node): Search<void> {
    if (orders >= maxOrders) {
      complete = false;
      return;
    }
    const candidates = nextOperations(question, node.done);
    if (candidates.length === 0) {
      orders += 1;
      const key = keyOf(node);
      const known = found.get(key) ?? runOf(question, node);
      found.set(key, { ...known, orders: known.orders + 1 });
      return;
    }
    for (const ref of candidates) {
      if (has(skipped, ref)) yield* walk(skipping(node, ref));
      else for (const next of yield* stepsOf(question, node, ref)) yield* walk(next);
    }
  }
  yield* walk(rootOf(question, 2));
  return { runs: [...found.values()], complete };
}

function runOf(question: Question, node: Node): SerialRun {
  const [course] = node.courses;
  if (course === undefined) throw new Error('a serial run has a course');
  const answers = course.answers.map((list) =>
    list.map((answer) => answer ?? ({ kind: 'returned', value: undefined } as const)),
  );
  const state = learnedOf(question.worlds, 0).state(course.state);
  return { order: node.done, orders: 0, answers, state, node };
}

function memoKey({ done, without, courses }: Node, worlds: 1 | 2): string {
  const refs = [done, without].map((list) =>
    list
      .map((ref) => `${ref.session}.${ref.operation}`)
      .sort()
      .join(),
  );
  const states = courses.map(({ state, memories }) => `${state} ${canonicalText(memories)}`);
  // An exact comparison admits only the observed answers.
  const answers = worlds === 1 ? '' : canonicalText(courses.map((course) => course.answers));
  return `${refs.join('/')} ${states.join()} ${answers}`;
}
