/**
 * Sessions that read and write shared registers and take mutexes, as small programs: what a strategy makes of
 * dependencies between steps can be held against plain enumeration, thousands of times, without a database.
 */
import type { ChoicePoint } from '../../src/core/schedule.ts';
import type { Strategy } from '../../src/strategy/contract.ts';
import type { Trace, TraceStep } from '../../src/strategy/trace.ts';

export type Instruction =
  | { readonly kind: 'read'; readonly register: number }
  /** Writes a value that depends on all that the session has read. */
  | { readonly kind: 'write'; readonly register: number }
  /** Reads the first register, and then writes the one that its value points to. */
  | { readonly kind: 'indirect'; readonly register: number }
  | { readonly kind: 'lock'; readonly mutex: number }
  | { readonly kind: 'unlock'; readonly mutex: number };

export type Program = readonly Instruction[];

interface Touched {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

export interface Run {
  readonly order: readonly number[];
  /** What the sessions saw and what the registers hold at the end. */
  readonly outcome: string;
  readonly trace: Trace;
}

/** @param independent overrides what depends on what: a relation with a hole in it must be found out */
export function run(
  programs: readonly Program[],
  registers: number,
  choose: (point: ChoicePoint) => number,
  forget: (a: Touched, b: Touched) => boolean = () => false,
): Run {
  const memory = Array.from({ length: registers }, () => 0);
  const owners = new Map<number, number>();
  const queues = new Map<number, { session: number; step: number }[]>();
  const seen = programs.map((): number[] => []);
  const at = programs.map(() => 0);
  const waiting = new Set<number>();
  const touched: { reads: string[]; writes: string[] }[] = [];
  const steps: (TraceStep & { ends: number[]; waits: boolean })[] = [];
  const order: number[] = [];

  for (;;) {
    const runnable = programs.flatMap((program, session) =>
      !waiting.has(session) && (at[session] ?? 0) < program.length ? session : [],
    );
    if (runnable.length === 0) break;
    const session = choose({ step: order.length, current: order.at(-1), runnable });
    const step = order.length;
    order.push(session);
    const instruction = programs[session]?.[at[session] ?? 0];
    at[session] = (at[session] ?? 0) + 1;
    const mine = seen[session] ?? [];
    const use = { reads: [] as string[], writes: [] as string[] };
    const record = { session, ends: [] as number[], waits: false, fingerprint: '' };
    const load = (register: number): number => {
      use.reads.push(`r${register}`);
      return memory[register] ?? 0;
    };
    const store = (register: number): void => {
      use.writes.push(`r${register}`);
      memory[register] = (session + 1) * 100 + mine.reduce((sum, value) => (sum * 7 + value) % 97, 0);
    };
    switch (instruction?.kind) {
      case 'read':
        mine.push(load(instruction.register));
        break;
      case 'write':
        store(instruction.register);
        break;
      case 'indirect':
        store(load(instruction.register) % registers);
        break;
      case 'lock': {
        const { mutex } = instruction;
        use.writes.push(`m${mutex}`);
        if (owners.has(mutex)) {
          queues.set(mutex, [...(queues.get(mutex) ?? []), { session, step }]);
          waiting.add(session);
          record.waits = true;
        } else owners.set(mutex, session);
        break;
      }
      case 'unlock': {
        const { mutex } = instruction;
        if (owners.get(mutex) !== session) break;
        use.writes.push(`m${mutex}`);
        const next = queues.get(mutex)?.shift();
        owners.delete(mutex);
        if (next !== undefined) {
          owners.set(mutex, next.session);
          waiting.delete(next.session);
          record.ends.push(next.step);
        }
        break;
      }
      case undefined:
        throw new Error('a session has no instruction left');
    }
    record.fingerprint = `${String(mine.at(-1))} ${record.waits}`;
    touched.push(use);
    steps.push(record);
  }
  const dependent = (first: number, second: number): boolean => {
    const [a, b] = [touched[first], touched[second]];
    if (a === undefined || b === undefined || forget(a, b)) return false;
    return (
      a.writes.some((place) => b.writes.includes(place) || b.reads.includes(place)) ||
      b.writes.some((place) => a.reads.includes(place))
    );
  };
  const stuck = [...waiting].toSorted((a, b) => a - b);
  return {
    order,
    outcome: JSON.stringify([seen, memory, stuck]),
    trace: {
      steps,
      dependent,
      renewed: false,
      instead: (first) => [first],
    },
  };
}

/** Every interleaving, by plain recursion. */
export function everyRun(programs: readonly Program[], registers: number, limit = Infinity): readonly Run[] {
  const found: Run[] = [];
  const extend = (prefix: readonly number[]): void => {
    if (found.length >= limit) return;
    let branches: readonly number[] = [];
    const one = run(programs, registers, ({ step, runnable }) => {
      const wanted = prefix[step];
      if (wanted !== undefined) return wanted;
      if (step === prefix.length) branches = runnable;
      return runnable[0] ?? 0;
    });
    if (branches.length === 0) {
      found.push(one);
      return;
    }
    for (const branch of branches) extend([...prefix, branch]);
  };
  extend([]);
  return found;
}

/** Runs a strategy that learns, until it has nothing left. */
export function learnAll(
  strategy: Strategy,
  programs: readonly Program[],
  registers: number,
  forget?: (a: Touched, b: Touched) => boolean,
): readonly Run[] {
  const runs: Run[] = [];
  while (strategy.begin()) {
    const one = run(programs, registers, (point) => strategy.choose(point), forget);
    runs.push(one);
    strategy.learn?.(one.trace);
  }
  return runs;
}
