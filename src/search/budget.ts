/** Budgets: the schedules of one search, and the time of a whole check. */
import type { LaneExecution } from '../engine/lane.ts';
import type { Failure } from '../lab/failure.ts';
import type { ConflictingPair } from '../tally/conflict-orders.ts';
import { stopText } from '../report/undecided-text.ts';

/** @param confirm confirms the failure if that was not done yet; false if it turns out to be none */
export type Acceptance = (failure: Failure, confirm: () => Promise<boolean>) => Promise<boolean>;

/** A budget says how much one search may spend, and which failure ends it. */
export interface Budget {
  /** Schedules at most. */
  readonly maxSchedules: number;
  /** Asked between schedules: true ends the search. */
  readonly expired: () => boolean;
  /** Whether a failure ends the search; if not, the search goes on. Default: any failure ends it. */
  readonly accepts?: Acceptance | undefined;
  /**
   * Whether the failure that ends the search stays unconfirmed. Confirming runs serial orders whole and learns everything
   * again; a failure that is only a step towards a smaller one is not reported and does not need it. Default false.
   */
  readonly unconfirmed?: boolean;
  /**
   * Called for each schedule that was run, before it is judged.
   *
   * @param conflicts undefined if it was not observed
   */
  readonly onExecution?: (
    execution: LaneExecution,
    conflicts: readonly ConflictingPair[] | undefined,
  ) => void;
}

export function budgetOf(
  maxSchedules: number,
  expired: () => boolean = () => false,
  accepts?: Acceptance,
  unconfirmed = false,
): Budget {
  return { maxSchedules, expired, accepts, unconfirmed };
}

/** The time of a check, from its construction until the time budget ends or the signal aborts. */
export class TimeBudget {
  readonly #signal: AbortSignal | undefined;
  readonly #ms: number;
  readonly #started: number = performance.now();

  constructor({
    signal,
    timeBudgetMs = Infinity,
  }: {
    readonly signal?: AbortSignal;
    readonly timeBudgetMs?: number;
  }) {
    this.#signal = signal;
    this.#ms = timeBudgetMs;
  }

  /** Milliseconds since the check began, whole. */
  get spentMs(): number {
    return Math.round(performance.now() - this.#started);
  }

  get aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  get expired(): boolean {
    return performance.now() - this.#started > this.#ms;
  }

  /** Why nothing more is begun, in words; undefined while there is no reason. */
  get stopped(): string | undefined {
    return stopText(this);
  }

  get over(): boolean {
    return this.aborted || this.expired;
  }
}
