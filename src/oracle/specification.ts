/** A pure sequential specification is checked against the code run serially, along every serial order. */
import type { Rows, Specification } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { OperationRef, Violation } from '../core/verdict.ts';
import type { Question } from './witness.ts';

/** Serial orders of the sessions' calls are followed until one disagrees; at most so many steps of them. */
const maxSteps = 2_000;

export async function checkSpecification(
  specification: Specification,
  question: Question,
  rows: Rows,
): Promise<Violation | undefined> {
  const { learned, sessions } = question;
  const seen = new Set<string>();
  let steps = 0;

  const walk = async (
    positions: readonly number[],
    state: number,
    memories: readonly unknown[],
    specified: unknown,
    specifiedMemories: readonly unknown[],
  ): Promise<Violation | undefined> => {
    const key = canonicalText([positions, state, memories, specified, specifiedMemories]);
    if (seen.has(key) || steps >= maxSteps) return undefined;
    seen.add(key);
    for (const [session, calls] of sessions.entries()) {
      const operation = positions[session] ?? 0;
      const call = calls[operation];
      if (call === undefined) continue;
      steps += 1;
      const transition = await learned.apply(state, call, memories[session]);
      const wanted = specification.apply(structuredClone(specified), call, specifiedMemories[session]);
      const { answer } = transition;
      const agrees =
        answer.kind === 'returned' && canonicalText(answer.value) === canonicalText(wanted.value);
      if (!agrees) {
        const where: OperationRef = { session, operation };
        return { kind: 'specification', where, specified: wanted.value, answer };
      }
      const found = await walk(
        positions.with(session, operation + 1),
        transition.state,
        memories.with(session, transition.memory),
        wanted.state,
        specifiedMemories.with(session, wanted.memory),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(
    sessions.map(() => 0),
    question.start,
    sessions.map(() => question.initialMemory()),
    specification.init(rows),
    sessions.map(() => undefined),
  );
}
