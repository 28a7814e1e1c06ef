/**
 * An oracle whose code under test is a pure function in memory: judgements can be tried with any observation,
 * also with those that no database gives. The state is one table of keys and values, and one sequence.
 */
import type { Answer, Call, Model, Rows } from '../../src/core/model.ts';
import type { DatabaseState } from '../../src/core/state.ts';
import type { Judgement, OrderRule } from '../../src/core/verdict.ts';
import { judge, type FinishedExecution } from '../../src/oracle/judge.ts';
import { LearnedSpecification } from '../../src/oracle/learned.ts';
import type { NamingRules } from '../../src/oracle/generated-columns.ts';

export type Store = Record<string, number | string>;
export type Memory = Record<string, unknown>;
/** What an operation does to the store, in place; it returns its value or throws its failure. */
export type Pure = (store: Store, memory: Memory, next: () => number, ...args: any[]) => unknown;

export class Failure extends Error {
  readonly sqlstate: string;
  readonly constraint: string | undefined;

  constructor(sqlstate: string, constraint?: string) {
    super(sqlstate);
    this.sqlstate = sqlstate;
    this.constraint = constraint;
  }
}

export const firstGenerated = 1_000;

export function stateOf(store: Store, generated = 0): DatabaseState {
  const rows = Object.entries(store).map(([key, value]) => [key, String(value)]);
  const position = generated === 0 ? `${firstGenerated},f` : `${firstGenerated + generated - 1},t`;
  return { tables: { store: { columns: ['key', 'value'], rows } }, sequences: { ids: position } };
}

function storeOf(state: DatabaseState): Store {
  const rows = state.tables['store']?.rows ?? [];
  return Object.fromEntries(
    rows.map(([key, value]) => [key, /^-?\d+$/.test(value ?? '') ? Number(value) : (value ?? '')]),
  );
}

/** How far the sequence is moved for a second execution. */
export const shift = 840;

export const rules: NamingRules = { shifts: [BigInt(shift)], columns: {} };

export function learn(operations: Readonly<Record<string, Pure>>): LearnedSpecification {
  return new LearnedSpecification(
    async (from, call, memory) => {
      const store = storeOf(from);
      const before = { ...store };
      const remembered = structuredClone(memory ?? {}) as Memory;
      const [last, called] = (from.sequences['ids'] ?? '').split(',');
      let position = Number(last) + (called === 't' ? 1 : 0);
      const next = (): number => position++;
      const code = operations[call.operation];
      if (code === undefined) throw new Error(`no operation ${call.operation}`);
      const after = (left: Store): DatabaseState => {
        const moved = position > Number(last) + (called === 't' ? 1 : 0);
        const sequences = moved ? { ids: `${position - 1},t` } : from.sequences;
        return { tables: stateOf(left).tables, sequences };
      };
      const span = { from: 0, to: 0 };
      try {
        const value = code(store, remembered, next, ...call.args);
        return { answer: returned(value), memory: remembered, final: after(store), span, options: [] };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const answer = failed(error.sqlstate, error.constraint);
        return { answer, memory: remembered, final: after(before), span, options: [] };
      }
    },
    (_from, _call, a, b) => JSON.stringify([a.answer, a.final]) === JSON.stringify([b.answer, b.final]),
  );
}

/** What the same schedule would have given with the sequence moved. */
function moved(finished: FinishedExecution, generated: number): FinishedExecution {
  const isId = (value: unknown): boolean =>
    Number(value) >= firstGenerated && Number(value) < firstGenerated + generated;
  const visit = (value: unknown): unknown => {
    if (typeof value === 'number') return isId(value) ? value + shift : value;
    if (typeof value === 'string') return isId(value) ? String(Number(value) + shift) : value;
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [visit(key), visit(item)]));
  };
  return {
    ...finished,
    answers: visit(finished.answers) as FinishedExecution['answers'],
    final: { ...finished.final, tables: visit(finished.final.tables) as DatabaseState['tables'] },
  };
}

export const returned = (value: unknown): Answer => ({ kind: 'returned', value });
export const failed = (sqlstate: string, constraint?: string): Answer => ({
  kind: 'failed',
  sqlstate,
  constraint,
  name: 'DatabaseError',
  message: sqlstate,
});

export interface Seen {
  readonly operations: Readonly<Record<string, Pure>>;
  readonly start: Store;
  /** By session: call and answer. */
  readonly sessions: readonly (readonly (readonly [Call, Answer])[])[];
  readonly final: Store;
  /** How many ids the run took from the sequence. */
  readonly generated?: number;
  readonly order?: OrderRule;
  /** By session, by operation: first and last step. Default: all at once. */
  readonly spans?: readonly (readonly (readonly [number, number])[])[];
  readonly model?: Partial<Model>;
  readonly learned?: LearnedSpecification;
  readonly rows?: Rows;
}

export function judged(seen: Seen): Promise<Judgement> {
  const { operations, start, sessions, final, generated = 0, order = 'session', model = {} } = seen;
  const learned = seen.learned ?? learn(operations);
  const spans = sessions.map((calls, session) =>
    calls.map((_, operation) => {
      const [invoked, last] = seen.spans?.[session]?.[operation] ?? [0, 99];
      return { invoked, returned: last };
    }),
  );
  const from = stateOf(start);
  const starts = [from, { ...from, sequences: { ids: `${firstGenerated + shift},f` } }] as const;
  const finished: FinishedExecution = {
    answers: sessions.map((calls) => calls.map(([, answer]) => answer)),
    spans,
    final: stateOf(final, generated),
    span: { from: 0, to: 0 },
  };
  return judge(
    {
      model: { name: 'pure', schema: '', operations: {}, ...model },
      learned: [learned, learn(operations)],
      rules,
      order,
    },
    { rows: seen.rows ?? {}, sessions: sessions.map((calls) => calls.map(([call]) => call)) },
    starts,
    finished,
    async () => moved(finished, generated),
  );
}

/** `explained s1.1 s2.1`, or the kind of violation. */
export async function verdict(seen: Seen): Promise<string> {
  const judgement = await judged(seen);
  if (judgement.kind === 'violation') return judgement.violation.kind;
  if (judgement.kind === 'undecided') return `undecided ${JSON.stringify(judgement.reason)}`;
  const { order, without } = judgement.witness;
  const names = order.map(({ session, operation }) => `s${session + 1}.${operation + 1}`);
  return ['explained', ...names, ...(without.length === 0 ? [] : [`without ${without.length}`])].join(' ');
}
