/**
 * Serial orders run whole: the operations one after another, each session on connections of its own from its first
 * operation to its last. The learned specification runs each operation alone on clean connections. If a connection keeps
 * something from one operation to the next (a temporary table, a setting, a lock), only a whole run is the serial order.
 */
import type { Answer } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { DatabaseState } from '../core/state.ts';
import {
  isAbort,
  type Judgement,
  type OperationRef,
  type Outcome,
  type SerialOutcome,
} from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { namedOutcome, type NamingBase } from '../oracle/comparison.ts';
import { variation } from '../oracle/uncontrolled.ts';
import type { Candidate } from '../oracle/nearest.ts';
import type { Trial } from './trial.ts';
import { answerAt, same, sameKinds, violationOf, type Sighting } from './whole-outcomes.ts';

/** Orders that are run of one scenario, at most; 3 sessions of 2 operations have 90. */
export const maxWholeOrders = 120;

/** The next operation of an order cannot go on: another session keeps what it needs. */
class StuckOrder extends Error {
  override readonly name = 'StuckOrder';
}

/** The outcome of an order that was run. */
interface WholeRun {
  readonly outcome: Outcome;
  /** Runs it a second time when first asked; undefined if it does not end then. */
  readonly sighting: () => Promise<Sighting | undefined>;
}

export class WholeOrders {
  readonly #trial: Trial;
  readonly #all: readonly OperationRef[];
  readonly #base: NamingBase;
  /** By order; undefined for an order that does not end. */
  readonly #runs = new Map<string, WholeRun | undefined>();

  constructor(trial: Trial) {
    this.#trial = trial;
    this.#all = trial.scenario.sessions.flatMap((calls, session) =>
      calls.map((_, operation) => ({ session, operation })),
    );
    this.#base = trial.naming;
  }

  /** @param listed whether a violation lists the outcomes of the serial orders */
  async explain(execution: LaneExecution, maxOrders: number, listed: boolean): Promise<Judgement> {
    try {
      const again = await this.#trial.again(execution);
      return await this.#judge(execution, this.#sightingOf(execution, again, outcomeOf), maxOrders, listed);
    } catch (error) {
      return variation(error);
    }
  }

  async #judge(
    execution: LaneExecution,
    observed: Sighting,
    maxOrders: number,
    listed: boolean,
  ): Promise<Judgement> {
    const skippable = this.#all.filter((ref) => this.#maySkip(ref, observed.outcome));
    const serial: Candidate<SerialOutcome>[] = [];
    let tried = 0;
    for (const without of subsets(skippable)) {
      const left = this.#all.filter((ref) => !without.includes(ref));
      for (const order of this.#orders(left, execution, [])) {
        if (tried === maxOrders) return undecidedAfter(maxOrders);
        tried += 1;
        const run = await this.#runOf(order);
        // Most orders give another number of rows. That shows at once, and only a list needs a second run of them.
        if (run === undefined || (!listed && !sameKinds(observed.outcome, run.outcome, order))) continue;
        const sighting = await run.sighting();
        if (sighting === undefined) continue;
        if (same(observed, sighting, without)) return { kind: 'explained', witness: { order, without } };
        if (listed && without.length === skippable.length)
          serial.push({ ...sighting, outcome: { ...sighting.outcome, order, orders: 1 } });
      }
    }
    return { kind: 'violation', violation: violationOf(observed, serial, skippable) };
  }

  /** Every order of these operations that the order rule allows. */
  *#orders(
    left: readonly OperationRef[],
    execution: LaneExecution,
    begun: readonly OperationRef[],
  ): Generator<readonly OperationRef[]> {
    if (left.length === 0) yield begun;
    for (const ref of left) {
      if (left.some((other) => this.#before(other, ref, execution))) continue;
      yield* this.#orders(
        left.filter((other) => other !== ref),
        execution,
        [...begun, ref],
      );
    }
  }

  #before(first: OperationRef, second: OperationRef, { spans }: LaneExecution): boolean {
    const { order } = this.#trial.lab.oracle;
    if (order === 'free') return false;
    if (first.session === second.session) return first.operation < second.operation;
    const one = spans[first.session]?.[first.operation];
    const other = spans[second.session]?.[second.operation];
    return order === 'real-time' && one !== undefined && other !== undefined && one.returned < other.invoked;
  }

  async #runOf(order: readonly OperationRef[]): Promise<WholeRun | undefined> {
    const key = order.map(({ session, operation }) => `${session}.${operation}`).join();
    if (!this.#runs.has(key)) this.#runs.set(key, await this.#run(order));
    return this.#runs.get(key);
  }

  async #run(order: readonly OperationRef[]): Promise<WholeRun | undefined> {
    const { lab, start, moved } = this.#trial;
    const { rows, sessions } = this.#trial.scenario;
    const mine = sessions.map((_, session) => order.filter((ref) => ref.session === session));
    const scenario: Scenario = {
      rows,
      sessions: mine.map((refs, session) =>
        refs.flatMap(({ operation }) => sessions[session]?.[operation] ?? []),
      ),
    };
    const choose = ({ runnable }: ChoicePoint, ended: readonly number[]): number => {
      const session = order[ended.reduce((sum, each) => sum + each, 0)]?.session;
      if (session === undefined || !runnable.includes(session)) throw new StuckOrder();
      return session;
    };
    /** The outcome with each answer at the operation's place in the scenario. */
    const arrange = (run: LaneExecution): Outcome => ({
      answers: sessions.map((calls, session) =>
        calls.map((_, operation): Answer => {
          const at = mine[session]?.findIndex((ref) => ref.operation === operation) ?? -1;
          return run.answers[session]?.[at] ?? { kind: 'returned', value: undefined };
        }),
      ),
      state: run.final,
    });
    const runFrom = async (state: DatabaseState): Promise<LaneExecution | undefined> => {
      try {
        const run = await lab.run(scenario, state, choose);
        return run.end.kind === 'completed' ? run : undefined;
      } catch (error) {
        if (error instanceof StuckOrder) return undefined;
        throw error;
      }
    };
    const run = await runFrom(start);
    if (run === undefined) return undefined;
    const again = async (): Promise<Sighting | undefined> => {
      const second = await runFrom(moved);
      return second && this.#sightingOf(run, second, arrange);
    };
    let sighting: Promise<Sighting | undefined> | undefined;
    return { outcome: arrange(run), sighting: () => (sighting ??= again()) };
  }

  #sightingOf(run: LaneExecution, again: LaneExecution, of: (run: LaneExecution) => Outcome): Sighting {
    const outcomes = [of(run), of(again)] as const;
    const named = namedOutcome(this.#base, { outcomes, spans: [run.span, again.span] });
    return { outcome: outcomes[0], named };
  }

  #maySkip(ref: OperationRef, observed: Outcome): boolean {
    const answer = answerAt(observed, ref);
    const call = this.#trial.scenario.sessions[ref.session]?.[ref.operation];
    return (
      isAbort(answer) || (call !== undefined && (this.#trial.lab.model.refusal?.(answer, call) ?? false))
    );
  }
}

function outcomeOf(run: LaneExecution): Outcome {
  return { answers: run.answers, state: run.final };
}

function undecidedAfter(orders: number): Judgement {
  return { kind: 'undecided', reason: { kind: 'limit', limit: 'maxWholeOrders', after: orders } };
}

/** From the empty subset to the whole. */
function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<readonly (readonly T[])[]>(
    (found, item) => [...found, ...found.map((each) => [...each, item])],
    [[]],
  );
}

/** The order in which the operations ran if none overlapped with another: such a run is a serial order itself. */
export function serialOrderOf({ spans }: Pick<LaneExecution, 'spans'>): readonly OperationRef[] | undefined {
  const all = spans
    .flatMap((list, session) => list.map((span, operation) => ({ session, operation, ...span })))
    .sort((a, b) => a.invoked - b.invoked);
  const apart = all.every((each, at) => {
    const before = all[at - 1];
    return before === undefined || before.session === each.session || before.returned < each.invoked;
  });
  return apart ? all.map(({ session, operation }) => ({ session, operation })) : undefined;
}
