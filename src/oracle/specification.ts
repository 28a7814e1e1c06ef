/** Checks a pure sequential specification against the code run serially, along every serial order. */
import type { Rows, Specification } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Violation } from '../core/verdict.ts';
import {
  answerAt,
  callAt,
  nextOperations,
  rootOf,
  stepsOf,
  type Node,
  type Question,
  type Search,
} from './serial.ts';
import type { LimitHit } from './witness.ts';

/** Steps of serial orders at which the two are compared; three sessions of four operations have 300. */
export const maxSpecifiedSteps = 20_000;

/** Undefined if they agree along every order. */
export function* checkSpecification(
  specification: Specification,
  question: Question,
  rows: Rows,
  maxSteps: number = maxSpecifiedSteps,
): Search<Violation | LimitHit | undefined> {
  const inOrder: Question = { ...question, order: 'session' };
  const seen = new Set<string>();
  let steps = 0;

  function* walk(
    node: Node,
    specified: unknown,
    memories: readonly unknown[],
  ): Search<Violation | LimitHit | undefined> {
    const [course] = node.courses;
    const key = canonicalText([positions(node), course?.state, course?.memories, specified, memories]);
    if (seen.has(key)) return undefined;
    seen.add(key);
    for (const ref of nextOperations(inOrder, node.done)) {
      const call = callAt(question, ref);
      for (const next of yield* stepsOf(inOrder, node, ref)) {
        if (++steps > maxSteps) return gaveUp(maxSteps);
        const wanted = specification.apply(structuredClone(specified), call, memories[ref.session]);
        const answer = answerAt(next.courses[0]?.answers ?? [], ref);
        if (answer?.kind !== 'returned' || canonicalText(answer.value) !== canonicalText(wanted.value)) {
          if (answer === undefined) throw new Error('an operation that was done has an answer');
          return { kind: 'specification', where: ref, specified: wanted.value, answer };
        }
        const found = yield* walk(next, wanted.state, memories.with(ref.session, wanted.memory));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
  const root = rootOf(inOrder, 1);
  return yield* walk(
    root,
    specification.init(rows),
    question.sessions.map(() => undefined),
  );
}

/** The number of operations that each session has done, in its own order. */
function positions({ done }: Node): readonly number[] {
  const counts: number[] = [];
  for (const { session } of done) counts[session] = (counts[session] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}

function gaveUp(steps: number): LimitHit {
  return { kind: 'gave-up', limit: 'maxSpecifiedSteps', after: steps };
}
