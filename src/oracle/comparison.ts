/**
 * Two ways in which a serial run may give the observed outcome: exactly; or up to a renaming, if two executions of each
 * show which values were generated.
 */
import { canonicalText } from '../core/plain.ts';
import { tablesOf, type DatabaseState } from '../core/state.ts';
import type { OperationRef, Outcome } from '../core/verdict.ts';
import { likeness, type Likeness } from './isomorphic.ts';
import { Namer, type NamedOutcome, type NamedRow } from './naming.ts';
import { Uncontrolled } from './uncontrolled.ts';
import { answerAt, callAt, has, learnedOf, type Course, type Node, type Question } from './serial.ts';
import type { Span } from './spans.ts';
import { comparable } from './values.ts';

export interface Comparison {
  /** Whether the answer of the node's last operation may be the observed one, whatever comes later. */
  fits(node: Node, ref: OperationRef): boolean;
  /** Whether the node, with nothing left to do, gives the observed outcome. */
  outcome(node: Node): Likeness;
}

/** The same texts, and the same rows in any order. */
export function exactly(question: Question, observed: Outcome): Comparison {
  const texts = observed.answers.map((answers) => answers.map((answer) => canonicalText(comparable(answer))));
  const tables = sortedRows(observed.state);
  return {
    fits: ({ courses }, ref) => {
      const answer = answerAt(courses[0]?.answers ?? [], ref);
      return (
        answer !== undefined && canonicalText(comparable(answer)) === texts[ref.session]?.[ref.operation]
      );
    },
    outcome: ({ courses: [course] }) =>
      course !== undefined && sortedRows(learnedOf(question.worlds, 0).state(course.state)) === tables
        ? 'same'
        : 'different',
  };
}

function sortedRows(state: DatabaseState): string {
  return JSON.stringify(
    Object.entries(state.tables).map(([name, { rows }]) => [
      name,
      rows.map((row) => JSON.stringify(row)).sort(),
    ]),
  );
}

/** What is known about generated values before anything runs. */
export type NamingBase = Pick<Question, 'rules' | 'fixed' | 'sessions'>;

/** Two outcomes of one schedule, at two times, with sequences that started in different places. */
export interface OutcomePair {
  readonly outcomes: readonly [Outcome, Outcome];
  readonly spans: readonly Span[];
}

/** The same up to a renaming of generated values. */
export function upToNames(question: Question, observed: NamedOutcome): Comparison {
  const answers = new Map(observed.answers.map(({ ref, rows }) => [keyOf(ref), rows]));
  return {
    fits: (node, ref) => {
      const [one, two] = coursesOf(node);
      const namer = namerOf(question, node.spans, statesOf(question, node));
      const rows = ofCall(question, ref, () => answerRows(namer, question, ref, [one.answers, two.answers]));
      return sameShapes(answers.get(keyOf(ref)) ?? [], rows);
    },
    outcome: (node) => sameNamed(observed, namedRun(question, node), ({ ref }) => !has(node.without, ref)),
  };
}

/** @param compared which answers count: not those of operations left out of a serial order */
export function sameNamed(
  observed: NamedOutcome,
  expected: NamedOutcome,
  compared: (answer: NamedOutcome['answers'][number]) => boolean = () => true,
): Likeness {
  const [one, two] = [observed, expected].map(({ answers, tables }) =>
    rowsOf({ answers: answers.filter(compared), tables }),
  );
  return likeness(one ?? [], two ?? []);
}

/** @throws Uncontrolled if the two outcomes differ in more than generated values */
export function namedOutcome(question: NamingBase, { outcomes, spans }: OutcomePair): NamedOutcome {
  const [one, two] = outcomes;
  const namer = namerOf(question, spans, [one.state, two.state]);
  const refs = one.answers.flatMap((answers, session) =>
    answers.map((_, operation) => ({ session, operation })),
  );
  return {
    answers: refs.map((ref) => ({
      ref,
      rows: answerRows(namer, question, ref, [one.answers, two.answers]),
    })),
    tables: tableRows(namer, one.state, two.state),
  };
}

/**
 * The outcome of a serial run, in both worlds.
 *
 * @throws Uncontrolled if the worlds differ in more than generated values
 */
export function namedRun(question: Question, node: Node): NamedOutcome {
  const [one, two] = coursesOf(node);
  const states = statesOf(question, node);
  const namer = namerOf(question, node.spans, states);
  const refs = node.done.filter((ref) => !has(node.without, ref));
  return ofCall(question, refs.at(-1), () => ({
    answers: refs.map((ref) => ({
      ref,
      rows: answerRows(namer, question, ref, [one.answers, two.answers]),
    })),
    tables: tableRows(namer, ...states),
  }));
}

/** Equal texts for serial runs that differ only in generated values. */
export function shapeOf(named: NamedOutcome): string {
  return rowsOf(named)
    .map(({ shape }) => shape)
    .sort()
    .join('\n');
}

function rowsOf({ answers, tables }: NamedOutcome): readonly NamedRow[] {
  return [...answers, ...tables].flatMap(({ rows }) => rows);
}

function coursesOf({ courses: [one, two] }: Node): readonly [Course, Course] {
  if (one === undefined || two === undefined) throw new Error('names are seen in two worlds only');
  return [one, two];
}

function statesOf(question: Question, node: Node): readonly [DatabaseState, DatabaseState] {
  const [one, two] = coursesOf(node);
  return [learnedOf(question.worlds, 0).state(one.state), learnedOf(question.worlds, 1).state(two.state)];
}

function ofCall<T>(question: Question, ref: OperationRef | undefined, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof Uncontrolled) || ref === undefined) throw error;
    throw new Uncontrolled(error.first, error.second, callAt(question, ref));
  }
}

function namerOf(
  question: NamingBase,
  spans: readonly Span[],
  states: readonly [DatabaseState, DatabaseState],
): Namer {
  return new Namer(question.rules, { fixed: question.fixed, spans }, states);
}

function answerRows(
  namer: Namer,
  { sessions }: NamingBase,
  ref: OperationRef,
  [one, two]: readonly [Course['answers'], Course['answers']],
): readonly NamedRow[] {
  const [answer, other] = [answerAt(one, ref), answerAt(two, ref)];
  if (answer === undefined && other === undefined) return [];
  if (answer === undefined || other === undefined) throw new Uncontrolled(answer, other);
  return namer.answer(ref, sessions[ref.session]?.[ref.operation], answer, other);
}

function tableRows(namer: Namer, one: DatabaseState, two: DatabaseState): NamedOutcome['tables'] {
  return tablesOf(one, two).map((table) => ({ table, rows: namer.table(table, one, two) }));
}

function sameShapes(one: readonly NamedRow[], two: readonly NamedRow[]): boolean {
  const [a, b] = [one, two].map((rows) => rows.map(({ shape }) => shape).sort());
  return JSON.stringify(a) === JSON.stringify(b);
}

function keyOf({ session, operation }: OperationRef): string {
  return `${session}.${operation}`;
}
