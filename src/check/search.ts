/** The search of one scenario: how far it is, and the strategy with which it begins. */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import { Automatic } from '../strategy/automatic.ts';
import type { Strategy } from '../strategy/contract.ts';
import { Pct } from '../strategy/pct.ts';
import { Pos } from '../strategy/pos.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import { Systematic } from '../strategy/systematic.ts';
import { Urw } from '../strategy/urw.ts';
import type { ResolvedOptions } from './options.ts';
import type { ScenarioExecutor } from './scenario-executor.ts';

/** How far one scenario has been searched. */
export interface Search {
  /** Where it was searched last: what was learned there need not be learned again. */
  home: ScenarioExecutor | undefined;
  schedules: number;
  exhausted: boolean;
  /** Whether fast-check drew its scenario before. */
  drawn: boolean;
  /** Among the scenarios of the result. */
  counted: boolean;
  /** As counted so far; undefined if nothing was reduced. */
  classes: number | undefined;
}

/** A search by itself, however often its scenario comes. */
export function freshSearch(): Search {
  return {
    home: undefined,
    schedules: 0,
    exhausted: false,
    drawn: false,
    counted: false,
    classes: undefined,
  };
}

/** How far the scenarios of a check have been searched: a search goes on there when its scenario comes up again. */
export class Searches {
  readonly #searches = new Map<string, Search>();

  of(scenario: Scenario): Search {
    const key = canonicalText(scenario);
    let search = this.#searches.get(key);
    if (search === undefined) {
      search = freshSearch();
      this.#searches.set(key, search);
    }
    return search;
  }
}

/** Steps of an operation, until an execution shows how many it has. */
const usualSteps = 4;

/** @param observed whether executions are observed, so that strategies can learn what depends on what */
export function strategyFor(options: ResolvedOptions, scenario: Scenario, observed: boolean): Strategy {
  const { maxSchedules } = options;
  const sessions = scenario.sessions.length;
  // The same scenario under the same seed is searched in the same way, wherever it comes from.
  const seed = `${options.seed ?? ''} ${canonicalText(scenario.sessions)}`;
  switch (options.strategy) {
    case 'automatic':
      return new Automatic({ seed, sessions, maxSchedules, observed });
    case 'exhaustive':
      return new Systematic({ seed, sessions, observed });
    case 'random':
      return new RandomWalk(seed);
    case 'pct':
      return new Pct({ seed, sessions, choices: 8 });
    case 'urw':
      return new Urw({ seed, steps: scenario.sessions.map((calls) => calls.length * usualSteps) });
    case 'pos':
      return new Pos({ seed, sessions });
  }
}
