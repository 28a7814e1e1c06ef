/**
 * Serial runs of a scenario's operations, one transition after another, in two worlds. The second world differs from the
 * first in time, in chance and in where sequences start, so a value that differs between the two was generated. Every
 * search over serial orders walks nodes of this kind.
 *
 * A search is a pure function of the learned transitions: it yields a transition that it lacks, receives it, and goes on.
 */
import type { Answer, Call } from '../core/model.ts';
import type { DatabaseState } from '../core/state.ts';
import type { OperationRef, OrderRule } from '../core/verdict.ts';
import type { LearnedSpecification, Transition } from './learned.ts';
import type { NamingRules } from './generated-columns.ts';
import type { Span } from './spans.ts';

/** A place to run operations alone. */
export interface World {
  readonly learned: LearnedSpecification;
  readonly start: DatabaseState;
}

export interface Question {
  readonly worlds: readonly [World, World];
  readonly rules: NamingRules;
  /** Texts that mean themselves. */
  readonly fixed: ReadonlySet<string>;
  readonly sessions: readonly (readonly Call[])[];
  readonly initialMemory: () => unknown;
  readonly order: OrderRule;
  /** For real-time order: whether the first had returned before the second was invoked. */
  readonly precedes?: (first: OperationRef, second: OperationRef) => boolean;
  /** Whether this answer may mean that the operation had no effect. */
  readonly maySkip: (answer: Answer, call: Call) => boolean;
}

/** The effect, in one world, of the operations done so far. */
export interface Course {
  readonly state: number;
  readonly memories: readonly unknown[];
  /** By session. */
  readonly answers: readonly (readonly (Answer | undefined)[])[];
}

export interface Node {
  readonly done: readonly OperationRef[];
  readonly without: readonly OperationRef[];
  /** For one world, or for both. */
  readonly courses: readonly Course[];
  readonly spans: readonly Span[];
}

/** A transition that a search lacks. */
export interface Need {
  readonly world: number;
  readonly state: number;
  readonly call: Call;
  readonly memory: unknown;
  readonly choices: readonly number[];
}

/** A search that must receive each transition that it yields. */
export type Search<T> = Generator<Need, T, Transition>;

/** Runs a search to its end and learns each transition that it lacks. */
export async function carriedOut<T>(search: Search<T>, worlds: readonly World[]): Promise<T> {
  let step = search.next();
  while (step.done !== true) {
    const { world, state, call, memory, choices } = step.value;
    const learned = learnedOf(worlds, world);
    step = search.next(await learned.apply(state, call, memory, choices));
  }
  return step.value;
}

export function learnedOf(worlds: readonly World[], index: number): LearnedSpecification {
  const world = worlds[index];
  if (world === undefined) throw new Error(`there is no world ${index}`);
  return world.learned;
}

/** @param worlds 1, or 2 to show which values are generated */
export function rootOf(question: Question, worlds: 1 | 2): Node {
  return {
    done: [],
    without: [],
    courses: question.worlds.slice(0, worlds).map(({ learned, start }) => ({
      state: learned.number(start),
      memories: question.sessions.map(() => question.initialMemory()),
      answers: question.sessions.map((calls) => calls.map(() => undefined)),
    })),
    spans: [],
  };
}

/** Each node that the operation may lead to from here: one, unless its serial form leaves a choice. */
export function* stepsOf(question: Question, node: Node, ref: OperationRef): Search<readonly Node[]> {
  const found: Node[] = [];
  const ahead: (readonly number[])[] = [[]];
  for (let choices = ahead.pop(); choices !== undefined; choices = ahead.pop()) {
    const transitions: Transition[] = [];
    for (const [world, { state, memories }] of node.courses.entries()) {
      const call = callAt(question, ref);
      const memory = memories[ref.session];
      const known = learnedOf(question.worlds, world).known(state, call, memory, choices);
      transitions.push(known ?? (yield { world, state, call, memory, choices }));
    }
    found.push(after(node, ref, transitions));
    const options = transitions[0]?.options ?? [];
    for (let at = options.length - 1; at >= choices.length; at -= 1) {
      const before = [...choices, ...options.slice(choices.length, at).map(() => 0)];
      for (let option = (options[at] ?? 0) - 1; option > 0; option -= 1) ahead.push([...before, option]);
    }
  }
  return found;
}

export function skipping(node: Node, ref: OperationRef): Node {
  return { ...node, done: [...node.done, ref], without: [...node.without, ref] };
}

function after(node: Node, ref: OperationRef, transitions: readonly Transition[]): Node {
  return {
    done: [...node.done, ref],
    without: node.without,
    courses: node.courses.map((course, world) => advanced(course, ref, transitions[world])),
    spans: [...node.spans, ...transitions.map(({ span }) => span)],
  };
}

function advanced(course: Course, ref: OperationRef, transition: Transition | undefined): Course {
  if (transition === undefined) throw new Error('a course goes on by a transition');
  const answers = course.answers[ref.session] ?? [];
  return {
    state: transition.state,
    memories: course.memories.with(ref.session, transition.memory),
    answers: course.answers.with(ref.session, answers.with(ref.operation, transition.answer)),
  };
}

/** Operations that may come next under the order rule, session by session. */
export function nextOperations(question: Question, done: readonly OperationRef[]): readonly OperationRef[] {
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

export function callAt(question: Question, ref: OperationRef): Call {
  const call = question.sessions[ref.session]?.[ref.operation];
  if (call === undefined) throw new Error('an order names an operation that the scenario does not have');
  return call;
}

export function has(list: readonly OperationRef[], ref: OperationRef): boolean {
  return list.some((item) => item.session === ref.session && item.operation === ref.operation);
}

export function answerAt(
  answers: readonly (readonly (Answer | undefined)[])[],
  ref: OperationRef,
): Answer | undefined {
  return answers[ref.session]?.[ref.operation];
}
