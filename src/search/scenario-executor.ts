/**
 * A scenario executor searches scenarios, one at a time, on a lane of this process or in another process. Its answers are
 * plain data. A strategy is a function of the options, the seed and the scenario, so the result does not depend on the
 * executor.
 */
import type { MadePlace } from '../core/made-place.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Exploration } from './explore.ts';

/** A stint is one part of the search of a scenario: its beginning, or a continuation. */
export interface Stint {
  readonly scenario: Scenario;
  /**
   * Schedules of the scenario that were run before. An executor that did not run them, or has forgotten what it learned
   * from them, runs them again and does not count them.
   */
  readonly after: number;
  /** Schedules to run now, at most. */
  readonly maxSchedules: number;
  /** Whether the search may go on later; only then does the executor keep what it has learned. */
  readonly goesOn: boolean;
}

/** The account of an executor: its own part of a check's result. */
export interface ExecutorAccount {
  /** Operations run alone, to learn what they do. */
  readonly learned: number;
  readonly remarks: readonly string[];
  readonly made: readonly MadePlace[];
}

export interface ScenarioExecutor {
  /**
   * @param cancelled asked between schedules: true ends the search
   * @throws Fault of the model, or of the executor
   */
  explore(stint: Stint, cancelled: () => boolean): Promise<Exploration>;
  /** As of the last search that ended. */
  readonly account: ExecutorAccount;
  /** Releases its lane or process. Not to be called while a search is under way. */
  close(): Promise<void>;
}

/** Opens an executor in another process; the seed is that of the check. */
export type OpenHelper = (seed: number | string) => Promise<ScenarioExecutor>;
