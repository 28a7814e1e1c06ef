/**
 * A scenario executor searches scenarios, one at a time, somewhere: on a lane of this process, or in another process. What
 * it answers is plain data. A strategy is a function of the options, the seed and the scenario, so what is found does not
 * depend on which executor searches it.
 */
import type { Scenario } from '../core/scenario.ts';
import type { Exploration } from './explore.ts';

/** What is asked of an executor: to begin the search of a scenario, or to go on with it. */
export interface Stint {
  readonly scenario: Scenario;
  /**
   * Schedules of the scenario that were run before. An executor that did not run them, or that no longer knows what it
   * learned from them, runs them again and does not count them.
   */
  readonly after: number;
  /** Schedules to run now, at most. */
  readonly maxSchedules: number;
  /** Whether the search may go on later: what it has learned is worth its memory only then. */
  readonly goesOn: boolean;
}

/** What an executor has to say of itself when a check is over. */
export interface ExecutorAccount {
  /** Operations run alone, to learn what they do. */
  readonly learned: number;
  readonly remarks: readonly string[];
}

export interface ScenarioExecutor {
  /**
   * @param cancelled asked between schedules: true ends the search
   * @throws Fault of the model, or of the executor
   */
  explore(stint: Stint, cancelled: () => boolean): Promise<Exploration>;
  /** As of the last search that ended. */
  readonly account: ExecutorAccount;
  /** Gives back what it has. Not to be used while a search is under way. */
  close(): Promise<void>;
}

/** Opens an executor in another process; the seed is that of the check. */
export type OpenHelper = (seed: number | string) => Promise<ScenarioExecutor>;
