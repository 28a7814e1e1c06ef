/**
 * Recorded options are those that a result was made with, as plain data in the form in which `check` or `certify` takes
 * them. With the result's seed, its setting's isolation level and order, and an engine of that kind, they run the same
 * search again.
 */
import type { CertifyLimits } from './certify-limits.ts';
import type { Scenario } from './scenario.ts';
import type { Schedule } from './schedule.ts';
import type { StrategyName } from './strategy-name.ts';

export type RecordedOptions = RecordedCheckOptions | RecordedCertifyOptions;

interface RecordedBudget {
  /** Milliseconds; absent if there was no such budget. */
  readonly timeBudgetMs?: number;
  /** Every limit of an execution by its name (see `Limits`): milliseconds if the name ends in `Ms`, else a count. */
  readonly limits: Readonly<Record<string, number>>;
}

/**
 * Options of `check`, with their defaults. An option is absent if it was not given and had no fixed value: the budget of
 * schedules then decided how many scenarios there were, and how large they grew. `lanes` is not among them, since nothing
 * that is found depends on it, and neither are callbacks, signals, and parameters for fast-check.
 */
export interface RecordedCheckOptions extends RecordedBudget {
  readonly kind: 'check';
  readonly numRuns?: number;
  readonly sessions?: { readonly min: number; readonly max: number };
  readonly maxOperations?: number;
  readonly maxSchedules: number;
  readonly maxSchedulesPerShrink: number;
  readonly maxTotalSchedules?: number;
  readonly maxSchedulesWithoutNews?: number;
  readonly strategy: StrategyName;
  /** Whether equivalent schedules were to be left out; false for strategies that have no use for it. */
  readonly reduction: boolean;
  readonly shrink: boolean;
  readonly certify: boolean;
  readonly maxSchedulesPerNeighbour: number;
  readonly maxSchedulesToCertify: number;
  readonly failOnWarnings: boolean;
  /** The path at which the check was to begin. That of the counterexample is the result's `path`. */
  readonly path?: string;
  readonly examples?: readonly Scenario[];
  readonly firstSchedules?: readonly Schedule[];
}

/** Options of `certify`, which always searches exhaustively. A violation that it found records those of the final check. */
export interface RecordedCertifyOptions extends RecordedBudget, CertifyLimits {
  readonly kind: 'certify';
}
