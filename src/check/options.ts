/** What can be asked of a check. Every limit carries its unit in its name. */
import type fc from 'fast-check';
import { Fault } from '../core/fault.ts';
import { isolationLevels, type IsolationLevel } from '../core/isolation.ts';
import type { Scenario } from '../core/scenario.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { Driver } from '../driver/contract.ts';
import { defaultLimits, type Limits } from '../engine/limits.ts';

/**
 * - `automatic`: all schedules where they fit the budget, else a sample that begins with few preemptions
 * - `exhaustive`: all schedules, few preemptions first, until the budget ends
 * - `random`: uniform random walk
 * - `pct`: probabilistic concurrency testing
 */
export type StrategyName = 'automatic' | 'exhaustive' | 'random' | 'pct';

export const strategyNames: readonly StrategyName[] = ['automatic', 'exhaustive', 'random', 'pct'];

export interface CheckOptions {
  /** Where to run: `postgres()` from `pg-lockstep/postgres` or `pglite()` from `pg-lockstep/pglite`. */
  readonly engine: Driver;
  /** Default `read committed`, as in Postgres. */
  readonly isolation?: IsolationLevel;
  /** Which serial orders may explain an outcome. Default `session`. */
  readonly order?: OrderRule;
  /** Sessions of a scenario: so many, or between these. Default 2 to 3. */
  readonly sessions?: number | { readonly min: number; readonly max: number };
  /** Operations of one session, at most. Default 2. */
  readonly maxOperations?: number;
  /** Scenarios to generate. Default 20. */
  readonly numRuns?: number;
  /** Schedules to run of one scenario, at most. Default 200. */
  readonly maxSchedules?: number;
  /** Schedules to run of one smaller scenario while shrinking, at most. Default: as `maxSchedules`. */
  readonly maxSchedulesPerShrink?: number;
  /** No new scenario is begun once so many schedules were run, those of shrinking not counted. Default: none. */
  readonly maxTotalSchedules?: number;
  /** No new schedule is begun after so many milliseconds; what was covered until then is reported. Default: none. */
  readonly timeBudgetMs?: number;
  /** Ends the check as soon as the schedule that is being run is done, also while shrinking; what was found is reported. */
  readonly signal?: AbortSignal;
  /**
   * Databases to search scenarios in at once, each with its own connections. What is found does not depend on it.
   * More than the machine has cores bring nothing. Executions then overlap inside this process: code under test that
   * keeps state in module variables (a mutex, a cache) must stay with one. `lockstepProperty` and engines with one
   * session (PGlite) always have one. Default 1.
   */
  readonly lanes?: number;
  /** Default `automatic`. */
  readonly strategy?: StrategyName;
  /**
   * Whether schedules that are equivalent to one already run are left out, where the engine can tell (it watches what
   * each statement touches, which costs about a tenth of the time). Default true.
   */
  readonly reduction?: boolean;
  /** Seed of scenarios and schedules; a text is hashed (seedrandom). Default: random, and reported. */
  readonly seed?: number | string;
  /** fast-check's path, to go straight to a counterexample. */
  readonly path?: string;
  /** Scenarios to run before generated ones. */
  readonly examples?: readonly Scenario[];
  /** Whether a failure is shrunk. Default true. */
  readonly shrink?: boolean;
  /**
   * Whether, after shrinking, every scenario that is one step smaller than the counterexample is searched exhaustively, so
   * that the report can call it certified minimal. Only in `check` and what is built on it. Default: as `shrink`.
   */
  readonly certify?: boolean;
  /** Schedules to run of one such scenario, at most. Default 2 000. */
  readonly maxSchedulesPerNeighbour?: number;
  /** Schedules to run of all of them together, at most. Default 10 000. */
  readonly maxSchedulesToCertify?: number;
  /**
   * Whether a warning that the property may not have been able to fail leaves no verdict: `inconclusive`, of kind
   * `vacuous`. Only in `check` and what is built on it. Default false.
   */
  readonly failOnWarnings?: boolean;
  readonly limits?: Partial<Limits>;
  /** Further parameters for fast-check (reporter, verbose, endOnFailure, ...). */
  readonly fastCheck?: Omit<fc.Parameters<[Scenario]>, 'seed' | 'path' | 'numRuns' | 'examples'>;
  /** Called after each scenario. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly scenarios: number;
  readonly schedules: number;
  /** Whether a failure was found and is being shrunk. */
  readonly shrinking: boolean;
}

export interface ResolvedOptions extends CheckOptions {
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

/** @throws Fault `bad-option` naming the option, the value and what it takes */
export function resolveOptions(options: CheckOptions): ResolvedOptions {
  if (typeof (options as Partial<CheckOptions>).engine?.open !== 'function') {
    bad('engine', 'a driver', "import { postgres } from 'pg-lockstep/postgres' and pass engine: postgres()");
  }
  const isolation = oneOf('isolation', options.isolation ?? 'read committed', isolationLevels);
  const order = oneOf('order', options.order ?? 'session', ['session', 'real-time', 'free'] as const);
  const strategy = oneOf('strategy', options.strategy ?? 'automatic', strategyNames);
  const { sessions = { min: 2, max: 3 } } = options;
  const { min, max } = typeof sessions === 'number' ? { min: sessions, max: sessions } : sessions;
  const maxSchedules = atLeastOne('maxSchedules', options.maxSchedules ?? 200);
  if (max < min) bad('sessions', 'min not above max');
  if (options.maxTotalSchedules !== undefined) atLeastOne('maxTotalSchedules', options.maxTotalSchedules);
  return {
    ...options,
    isolation,
    order,
    strategy,
    // Strategies that only sample have no use for what is observed.
    reduction: (options.reduction ?? true) && (strategy === 'automatic' || strategy === 'exhaustive'),
    minSessions: atLeastOne('sessions', min),
    maxSessions: atLeastOne('sessions', max),
    maxOperations: atLeastOne('maxOperations', options.maxOperations ?? 2),
    lanes: atLeastOne('lanes', options.lanes ?? 1),
    numRuns: atLeastOne('numRuns', options.numRuns ?? 20),
    maxSchedules,
    maxSchedulesPerShrink: atLeastOne('maxSchedulesPerShrink', options.maxSchedulesPerShrink ?? maxSchedules),
    certify: options.certify ?? options.shrink !== false,
    maxSchedulesPerNeighbour: atLeastOne(
      'maxSchedulesPerNeighbour',
      options.maxSchedulesPerNeighbour ?? 2_000,
    ),
    maxSchedulesToCertify: atLeastOne('maxSchedulesToCertify', options.maxSchedulesToCertify ?? 10_000),
    limits: { ...defaultLimits, ...options.limits },
  };
}

function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  return allowed.includes(value) ? value : bad(name, allowed.map((item) => `"${item}"`).join(', '));
}

function atLeastOne(name: string, value: number): number {
  return Number.isInteger(value) && value >= 1 ? value : bad(name, 'a whole number from 1');
}

function bad(name: string, takes: string, hint?: string): never {
  throw new Fault(`option ${name} takes ${takes}`, { code: 'bad-option', kind: 'usage', hint });
}
