/** A judgement is the oracle's answer about one finished execution, with its evidence. */
import type { Answer, Call } from './model.ts';
import type { DatabaseState } from './state.ts';

export type { OrderRule } from './order-rule.ts';

/** One operation of a scenario: both numbers count from 0. */
export interface OperationRef {
  readonly session: number;
  readonly operation: number;
}

/** The compared part of an execution: each operation's answer, by session, and the final tables. */
export interface Outcome {
  readonly answers: readonly (readonly Answer[])[];
  readonly state: DatabaseState;
}

/** An order of whole operations with the same outcome. `without` had no effect (aborts, declared refusals). */
export interface Witness {
  readonly order: readonly OperationRef[];
  readonly without: readonly OperationRef[];
}

/** The outcome of one serial order of the same operations. */
export interface SerialOutcome extends Outcome {
  /** The first order found that gives it. */
  readonly order: readonly OperationRef[];
  /** The number of orders that give it. */
  readonly orders: number;
}

/** Where two outcomes differ: in the answer of an operation, or in the rows of a table. */
export interface Difference {
  readonly where: OperationRef | { readonly table: string };
}

export type Violation =
  /** No serial order gives this outcome. */
  | {
      readonly kind: 'not-serializable';
      readonly observed: Outcome;
      /** Every distinct serial outcome, or the first ones if there are too many (`complete` false). */
      readonly serial: readonly SerialOutcome[];
      readonly complete: boolean;
      /** The serial outcome with the fewest differences, and those differences. */
      readonly nearest: SerialOutcome | undefined;
      readonly differences: readonly Difference[];
      /** Operations that aborted, which a serial order may leave out. */
      readonly aborted: readonly OperationRef[];
    }
  /** No session can go on, and the database sees no deadlock. */
  | {
      readonly kind: 'stuck';
      readonly waits: readonly {
        readonly session: number;
        readonly operation: number;
        readonly where: 'database' | 'outside';
        readonly by: readonly number[];
      }[];
    }
  | {
      readonly kind: 'invariant';
      readonly name: string;
      readonly complaint: string;
      readonly observed: Outcome;
    }
  /** The sequential specification and the code run serially disagree; no schedule is needed to show it. */
  | {
      readonly kind: 'specification';
      readonly where: OperationRef;
      readonly specified: unknown;
      readonly answer: Answer;
    }
  /** An operation ended while a statement of its own was still running, so it never learns the result. */
  | {
      readonly kind: 'unawaited';
      readonly where: OperationRef;
      /** Their texts, in the order in which they were sent. */
      readonly statements: readonly string[];
    }
  /** The model forbids aborts, and one happened. */
  | {
      readonly kind: 'abort';
      readonly where: OperationRef;
      readonly sqlstate: string;
      readonly observed: Outcome;
    };

export type Judgement =
  | { readonly kind: 'explained'; readonly witness: Witness }
  | { readonly kind: 'violation'; readonly violation: Violation }
  | { readonly kind: 'undecided'; readonly reason: Undecided };

/** A limit of the search for a serial order that explains an outcome. */
export type JudgementLimit = 'maxSerialNodes' | 'maxComparedRows' | 'maxSpecifiedSteps' | 'maxWholeOrders';

/** Why there is no judgement. */
export type Undecided =
  /** A search or a comparison hit its limit, after this many of what it counts. */
  | { readonly kind: 'limit'; readonly limit: JudgementLimit; readonly after: number }
  /** The schedule, or `call` run alone, was run twice and differed in more than generated values. */
  | {
      readonly kind: 'varies';
      readonly call: Call | undefined;
      readonly first: string;
      readonly second: string;
    };

/** SQLSTATEs with which Postgres asks for the transaction to be run again. */
export const abortStates: ReadonlySet<string> = new Set(['40001', '40P01']);

export function isAbort(answer: Answer): boolean {
  return answer.kind === 'failed' && answer.sqlstate !== undefined && abortStates.has(answer.sqlstate);
}
