/**
 * An oracle whose code under test is a pure function in memory: judgements can be tried with any observation,
 * also with those that no database gives. The state is one table of keys and values, and one sequence.
 */
import type { Answer, Call, Model, Rows } from '../../src/core/model.ts';
import type { DatabaseState } from '../../src/core/state.ts';
import type { Judgement, OrderRule } from '../../src/core/verdict.ts';
import { judge } from '../../src/oracle/judge.ts';
import { LearnedSpecification } from '../../src/oracle/learned.ts';
import type { NamingRules } from '../../src/oracle/renaming.ts';

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

function generatedIn(state: DatabaseState): number {
  const [last, called] = (state.sequences['ids'] ?? '').split(',');
  return called === 't' ? Number(last) - firstGenerated + 1 : 0;
}

export const rules: NamingRules = {
  sequences: [{ name: 'ids', start: BigInt(firstGenerated) }],
  columns: {},
};

export function learn(operations: Readonly<Record<string, Pure>>): LearnedSpecification {
  return new LearnedSpecification(
    async (from, call, memory) => {
      const store = storeOf(from);
      const before = { ...store };
      const remembered = structuredClone(memory ?? {}) as Memory;
      let generated = generatedIn(from);
      const next = (): number => firstGenerated + generated++;
      const code = operations[call.operation];
      if (code === undefined) throw new Error(`no operation ${call.operation}`);
      try {
        const value = code(store, remembered, next, ...call.args);
        return { answer: returned(value), memory: remembered, final: stateOf(store, generated) };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return {
          answer: failed(error.sqlstate, error.constraint),
          memory: remembered,
          final: stateOf(before, generated),
        };
      }
    },
    (_from, _call, a, b) => JSON.stringify([a.answer, a.final]) === JSON.stringify([b.answer, b.final]),
  );
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
  return judge(
    { model: { name: 'pure', schema: '', operations: {}, ...model }, learned, rules, order },
    { rows: seen.rows ?? {}, sessions: sessions.map((calls) => calls.map(([call]) => call)) },
    stateOf(start),
    {
      answers: sessions.map((calls) => calls.map(([, answer]) => answer)),
      spans,
      final: stateOf(final, generated),
    },
  );
}

/** `explained s1.1 s2.1`, or the kind of violation. */
export async function verdict(seen: Seen): Promise<string> {
  const judgement = await judged(seen);
  if (judgement.kind === 'violation') return judgement.violation.kind;
  const { order, without } = judgement.witness;
  const names = order.map(({ session, operation }) => `s${session + 1}.${operation + 1}`);
  return ['explained', ...names, ...(without.length === 0 ? [] : [`without ${without.length}`])].join(' ');
}
