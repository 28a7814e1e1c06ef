/** The options of a search and of a check. Every limit carries its unit in its name. */
import type { Clients } from '../core/clients.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Schedule } from '../core/schedule.ts';
import type { StrategyName } from '../core/strategy-name.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { Driver } from '../driver/contract.ts';
import type { Limits } from '../engine/limits.ts';

/** Options of a search: of `lockstepProperty`, and of `check` and the functions that are built on it. */
export interface SearchOptions {
  /** Where to run: `postgres()` from `pg-lockstep/postgres` or `pglite()` from `pg-lockstep/pglite`. */
  readonly engine: Driver;
  /** Where operations without a `run` are called, in place of the model's `clients`. */
  readonly clients?: Clients;
  /** Default `read committed`, as in Postgres. */
  readonly isolation?: IsolationLevel;
  /** Which serial orders may explain an outcome. Default `session`. */
  readonly order?: OrderRule;
  /** Sessions of a scenario: this number, or from `min` to `max`. Default 2 to 3. */
  readonly sessions?: number | { readonly min: number; readonly max: number };
  /** Operations of one session, at most. Default 2. */
  readonly maxOperations?: number;
  /** Schedules to run of one scenario, at most. Default 200. */
  readonly maxSchedules?: number;
  /** Schedules to run of one smaller scenario while shrinking, at most. Default: as `maxSchedules`. */
  readonly maxSchedulesPerShrink?: number;
  /**
   * Schedules to run in all, without those of shrinking: no new scenario is begun after these. If `check` gets no `numRuns`,
   * it draws scenarios, in batches of 20, until this many schedules were run; the default is then 2 000. Otherwise there is
   * no default.
   */
  readonly maxTotalSchedules?: number;
  /**
   * The search ends after this many schedules in a row that showed nothing new: no new order of two conflicting steps, no new
   * wait, no new overlap of two operations, no new error, and no operations that had not met before. Counted for breadth (no
   * other scenario is begun) and for depth (no scenario goes on) separately. A race may lie beyond. Default: none.
   */
  readonly maxSchedulesWithoutNews?: number;
  /**
   * No new schedule is begun after this many milliseconds, and a statement without a reply is given up; the result covers
   * the schedules until then. Default: none.
   */
  readonly timeBudgetMs?: number;
  /**
   * Ends the check as soon as the current schedule is done, or a statement of it has no reply, also while shrinking. The
   * findings until then are reported, with a remark if the search was not over.
   */
  readonly signal?: AbortSignal;
  /** Default `automatic`. */
  readonly strategy?: StrategyName;
  /**
   * Whether schedules that are equivalent to one already run are left out, if the engine can recognise them (it observes
   * what each statement touches, which costs about a tenth of the time). Default true.
   */
  readonly reduction?: boolean;
  /** Whether a failure is shrunk. Default true. */
  readonly shrink?: boolean;
  /**
   * Limits of one execution; one that hits a limit is given up, without a verdict. Raise `stepTimeoutMs` for slow statements
   * and `outsideTimeoutMs` for code that waits for something else. Each has its own default.
   */
  readonly limits?: Partial<Limits>;
  /** Called after each scenario. */
  readonly onProgress?: (progress: Progress) => void;
}

/** fast-check's own parameters, without its classes: its types come twice, for `import` and for `require`. */
export interface FastCheckParameters {
  readonly verbose?: boolean | number;
  readonly endOnFailure?: boolean;
  readonly reporter?: (details: any) => void;
  readonly asyncReporter?: (details: any) => Promise<void>;
  readonly [parameter: string]: unknown;
}

/** Further options of `check`, which fast-check itself takes when the property is given to it. */
export interface CheckOptions extends SearchOptions {
  /**
   * Scenarios to generate. Default: 20, and 20 more until `maxTotalSchedules` were run or no new scenarios come. After 160
   * scenarios a session may have one more operation, and after 320 a scenario one more session, unless `maxOperations` or
   * `sessions` is given.
   */
  readonly numRuns?: number;
  /** Seed of scenarios and schedules; a text is hashed (seedrandom). Default: random, and reported. */
  readonly seed?: number | string;
  /** fast-check's path, to go straight to a counterexample. */
  readonly path?: string;
  /** Scenarios to run before generated ones. */
  readonly examples?: readonly Scenario[];
  /**
   * Schedules to run first of every scenario, as far as they fit: a failure that was found elsewhere shows at once in its
   * scenario, which is given as an example, and can be made smaller.
   */
  readonly firstSchedules?: readonly Schedule[];
  /** Further parameters for fast-check (reporter, verbose, endOnFailure, ...). */
  readonly fastCheck?: FastCheckParameters;
  /**
   * Databases in which scenarios are searched at once, each with its own connections. The findings do not depend on it. More
   * lanes than cores bring nothing. Executions then overlap inside this process: code under test that keeps state in module
   * variables (a mutex, a cache) must stay with one lane. Engines with one session (PGlite) always have one. Default 1.
   */
  readonly lanes?: number;
  /**
   * Whether every scenario that is one step smaller than the shrunk counterexample is searched exhaustively, so that the
   * report can call it certified minimal. Default: as `shrink`.
   */
  readonly certify?: boolean;
  /** Schedules to run of one such smaller scenario, at most. Default 2 000. */
  readonly maxSchedulesPerNeighbour?: number;
  /** Schedules to run of all smaller scenarios together, at most. Default 10 000. */
  readonly maxSchedulesToCertify?: number;
  /**
   * Whether the result is `inconclusive`, of kind `vacuous`, if a warning says that the property may not have been able to
   * fail. Default false.
   */
  readonly failOnWarnings?: boolean;
}

/** Options of `lockstepProperty`. One that only `check` takes is a mistake, also in a variable. */
export type PropertyOptions = SearchOptions & {
  readonly [Name in Exclude<keyof CheckOptions, keyof SearchOptions>]?: undefined;
};

export interface Progress {
  readonly scenarios: number;
  readonly schedules: number;
  /** Whether a failure was found and is being shrunk. */
  readonly shrinking: boolean;
}

export interface ResolvedOptions extends CheckOptions {
  /** Schedules to run in all, if `numRuns` is not given. */
  readonly budget: number;
  /** The sizes that were left to their defaults, and may grow. */
  readonly grows: { readonly sessions: boolean; readonly operations: boolean };
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
  readonly minSessions: number;
  readonly maxSessions: number;
  readonly maxOperations: number;
  readonly numRuns: number;
  readonly maxSchedules: number;
  readonly maxSchedulesPerShrink: number;
  readonly certify: boolean;
  readonly maxSchedulesPerNeighbour: number;
  readonly maxSchedulesToCertify: number;
  readonly strategy: StrategyName;
  readonly reduction: boolean;
  readonly lanes: number;
  readonly limits: Limits;
}
