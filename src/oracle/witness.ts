/**
 * The search for a serial witness: an order of whole operations that gives the observed outcome.
 *
 * Wing and Gong's search (1993) with a memo on the set of finished operations and the state, as in Lowe,
 * "Testing for linearizability" (2017), and Porcupine. What differs: the specification is learned from the
 * code, outcomes are compared up to renaming (so the renaming is part of the memo), and an operation that
 * aborted or was refused may also have had no effect at all.
 */
import type { Call } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { OperationRef, OrderRule, Outcome, SerialOutcome, Witness } from '../core/verdict.ts';
import type { Answer } from '../core/model.ts';
import type { LearnedSpecification, Transition } from './learned.ts';
import { fixedTexts, Names, Renaming, type NamingRules } from './renaming.ts';
import { sameAnswer, sameTables } from './same.ts';

export interface Question {
  readonly learned: LearnedSpecification;
  readonly rules: NamingRules;
  /** Number of the starting state in `learned`. */
  readonly start: number;
  readonly sessions: readonly (readonly Call[])[];
  readonly initialMemory: () => unknown;
  readonly order: OrderRule;
  /** For real-time order: whether the first had returned before the second was invoked. */
  readonly precedes?: (first: OperationRef, second: OperationRef) => boolean;
  /** Whether this answer may mean that the operation had no effect. */
  readonly maySkip: (answer: Answer, call: Call) => boolean;
}

interface Node {
  readonly done: readonly OperationRef[];
  readonly without: readonly OperationRef[];
  readonly state: number;
  readonly memories: readonly unknown[];
  /** Answers of the path, by session. */
  readonly answers: readonly (readonly (Answer | undefined)[])[];
}

export async function findWitness(question: Question, observed: Outcome): Promise<Witness | undefined> {
  const { learned } = question;
  const fixed = fixedOf(question);
  const observedNames = new Names(question.rules, observed.state, fixed);
  const failed = new Set<string>();
  // Most branches end here: the answer alone, with no renaming from elsewhere, must fit.
  const fits = (answer: Answer, transition: Transition): boolean => {
    const names = new Names(question.rules, learned.state(transition.state), fixed);
    return sameAnswer(answer, transition.answer, new Renaming(observedNames, names));
  };

  const search = async (node: Node): Promise<Witness | undefined> => {
    const key = memoKey(node);
    if (failed.has(key)) return undefined;
    const candidates = nextOperations(question, node.done);
    if (candidates.length === 0) {
      if (sameOutcome(question, observed, observedNames, node, fixed)) {
        return { order: node.done.filter((ref) => !has(node.without, ref)), without: node.without };
      }
    }
    for (const ref of candidates) {
      const call = callAt(question, ref);
      const answer = observed.answers[ref.session]?.[ref.operation];
      if (answer === undefined) continue;
      const transition = await learned.apply(node.state, call, node.memories[ref.session]);
      if (fits(answer, transition)) {
        const found = await search(after(node, ref, transition));
        if (found !== undefined) return found;
      }
      if (question.maySkip(answer, call)) {
        const found = await search({ ...node, done: [...node.done, ref], without: [...node.without, ref] });
        if (found !== undefined) return found;
      }
    }
    failed.add(key);
    return undefined;
  };
  return search(rootOf(question));
}

/** Every distinct serial outcome, from at most `maxOrders` orders. */
export async function serialOutcomes(
  question: Question,
  maxOrders: number,
  skipped: readonly OperationRef[] = [],
): Promise<{ readonly outcomes: readonly SerialOutcome[]; readonly complete: boolean }> {
  const found = new Map<string, SerialOutcome>();
  let orders = 0;
  let complete = true;
  const walk = async (node: Node): Promise<void> => {
    if (orders >= maxOrders) {
      complete = false;
      return;
    }
    const candidates = nextOperations(question, node.done);
    if (candidates.length === 0) {
      orders += 1;
      const state = question.learned.state(node.state);
      const answers = node.answers.map((list) =>
        list.map((answer) => answer ?? { kind: 'returned', value: undefined }),
      );
      const key = outcomeKey(question, answers as Outcome['answers'], state);
      const known = found.get(key);
      if (known === undefined) {
        found.set(key, { order: node.done, orders: 1, answers: answers as Outcome['answers'], state });
      } else found.set(key, { ...known, orders: known.orders + 1 });
      return;
    }
    for (const ref of candidates) {
      if (has(skipped, ref)) {
        await walk({ ...node, done: [...node.done, ref], without: [...node.without, ref] });
        continue;
      }
      const transition = await question.learned.apply(
        node.state,
        callAt(question, ref),
        node.memories[ref.session],
      );
      await walk(after(node, ref, transition));
    }
  };
  await walk(rootOf(question));
  return { outcomes: [...found.values()], complete };
}

export function fixedOf(question: Question): ReadonlySet<string> {
  const args = question.sessions.flatMap((calls) => calls.flatMap((call) => call.args));
  return fixedTexts(question.learned.state(question.start), args);
}

function rootOf(question: Question): Node {
  return {
    done: [],
    without: [],
    state: question.start,
    memories: question.sessions.map(() => question.initialMemory()),
    answers: question.sessions.map((calls) => calls.map(() => undefined)),
  };
}

function after(node: Node, ref: OperationRef, transition: Transition): Node {
  return {
    done: [...node.done, ref],
    without: node.without,
    state: transition.state,
    memories: node.memories.map((memory, session) => (session === ref.session ? transition.memory : memory)),
    answers: node.answers.map((list, session) =>
      session === ref.session
        ? list.map((answer, operation) => (operation === ref.operation ? transition.answer : answer))
        : list,
    ),
  };
}

/** Operations that may come next under the order rule, session by session. */
function nextOperations(question: Question, done: readonly OperationRef[]): readonly OperationRef[] {
  const all = question.sessions.flatMap((calls, session) =>
    calls.map((_, operation) => ({ session, operation })),
  );
  const left = all.filter((ref) => !has(done, ref));
  switch (question.order) {
    case 'free':
      return left;
    case 'session':
      return left.filter((ref) => !left.some((other) => sessionBefore(other, ref)));
    case 'real-time':
      return left.filter(
        (ref) =>
          !left.some((other) => sessionBefore(other, ref) || (question.precedes?.(other, ref) ?? false)),
      );
  }
}

function sessionBefore(first: OperationRef, second: OperationRef): boolean {
  return first.session === second.session && first.operation < second.operation;
}

function callAt(question: Question, ref: OperationRef): Call {
  const call = question.sessions[ref.session]?.[ref.operation];
  if (call === undefined) throw new Error('an order names an operation that the scenario does not have');
  return call;
}

function has(list: readonly OperationRef[], ref: OperationRef): boolean {
  return list.some((item) => item.session === ref.session && item.operation === ref.operation);
}

function sameOutcome(
  question: Question,
  observed: Outcome,
  observedNames: Names,
  node: Node,
  fixed: ReadonlySet<string>,
): boolean {
  const expectedState = question.learned.state(node.state);
  const expectedNames = new Names(question.rules, expectedState, fixed);
  const renaming = new Renaming(observedNames, expectedNames);
  const answers = node.done.every((ref) => {
    if (has(node.without, ref)) return true;
    const seen = observed.answers[ref.session]?.[ref.operation];
    const wanted = node.answers[ref.session]?.[ref.operation];
    return seen !== undefined && wanted !== undefined && sameAnswer(seen, wanted, renaming);
  });
  const names = { observed: observedNames, expected: expectedNames };
  return answers && sameTables(observed.state, expectedState, renaming, names);
}

function memoKey(node: Node): string {
  const answers = node.answers.map((list) =>
    list.map((answer) => (answer === undefined ? '' : canonicalText(answer))),
  );
  const without = node.without.map((ref) => `${ref.session}.${ref.operation}`).sort();
  return `${node.state}/${without.join()}/${JSON.stringify(answers)}/${canonicalText(node.memories)}`;
}

/** Outcomes that differ in generated values only have one key more than they need: they are listed twice at worst. */
function outcomeKey(question: Question, answers: Outcome['answers'], state: Outcome['state']): string {
  const names = new Names(question.rules, state, fixedOf(question));
  const shown = (value: unknown): string => names.domain(value) ?? JSON.stringify(value ?? null);
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) {
      return names.domain(value) ?? canonicalText(value);
    }
    if (Array.isArray(value)) return value.map(visit);
    return Object.entries(value).map(([key, item]) => [shown(key), visit(item)]);
  };
  const tables = Object.values(state.tables).map(({ rows }) =>
    rows.map((row) => row.map(shown).join()).sort(),
  );
  return JSON.stringify([visit(answers), tables]);
}
