/** What may be spent: on one search, and, in time, on a whole check. */
import type { Failure } from '../lab/failure.ts';

/** @param confirm confirms the failure if that was not done yet; false if it is none */
export type Acceptance = (failure: Failure, confirm: () => Promise<boolean>) => Promise<boolean>;

/** What one search may spend, and which failure ends it. */
export interface Budget {
  /** Schedules at most. */
  readonly maxSchedules: number;
  /** Asked between schedules: true ends the search. */
  readonly expired: () => boolean;
  /** Whether a failure is of the kind that is looked for: if not, the search goes on. Default: any is. */
  readonly accepts?: Acceptance | undefined;
  /**
   * Whether the failure that ends the search need not be confirmed by serial orders run whole and by learning all again. One
   * that is met on the way to a smaller one is not reported, so it need not. Default false.
   */
  readonly unconfirmed?: boolean;
}

/** So many schedules, until the time ends if it does. */
export function budgetOf(
  maxSchedules: number,
  expired: () => boolean = () => false,
  accepts?: Acceptance,
  unconfirmed = false,
): Budget {
  return { maxSchedules, expired, accepts, unconfirmed };
}

/** The time of a check, from when it is made until its budget of time ends or its signal comes. */
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
    if (this.aborted) return 'it was interrupted';
    return this.expired ? 'the time ended' : undefined;
  }

  get over(): boolean {
    return this.aborted || this.expired;
  }
}
