/** The search of one scenario: how far it is, and the strategy that drives it. */
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
import type { Trial } from './trial.ts';

/** How far one scenario has been searched. */
export interface Search {
  /** Gone when nothing is left to run: what it has planned is worth its memory only until then. */
  strategy: Strategy | undefined;
  /** What the strategy knows means something only here, so it goes on here; undefined before it begins, and at its end. */
  trial: Trial | undefined;
  schedules: number;
  exhausted: boolean;
  /** Whether fast-check drew its scenario before. */
  drawn: boolean;
  /** Among the scenarios of the result. */
  counted: boolean;
  /** As counted so far; undefined where nothing was reduced. */
  classes: number | undefined;
}

/** How far the scenarios of a check have been searched: a search goes on there when its scenario comes up again. */
export class Searches {
  readonly #make: (scenario: Scenario) => Strategy;
  readonly #maxKept: number;
  readonly #searches = new Map<string, Search>();
  readonly #forgotten = new Set<Search>();
  readonly #kept = new Set<Search>();

  /**
   * @param make the strategy with which the search of a scenario begins
   * @param maxKept searches that are kept to go on later
   */
  constructor(make: (scenario: Scenario) => Strategy, maxKept: number) {
    this.#make = make;
    this.#maxKept = maxKept;
  }

  /** A search by itself, however often the scenario comes. */
  fresh(scenario: Scenario): Search {
    const strategy = this.#make(scenario);
    return {
      strategy,
      trial: undefined,
      schedules: 0,
      exhausted: false,
      drawn: false,
      counted: false,
      classes: undefined,
    };
  }

  of(scenario: Scenario): Search {
    const key = canonicalText(scenario);
    let search = this.#searches.get(key);
    if (search === undefined) {
      search = this.fresh(scenario);
      this.#searches.set(key, search);
    }
    return search;
  }

  /** Keeps a search until it goes on. What a late one knows is not worth its memory if there are very many: it is forgotten. */
  keep(search: Search): void {
    if (this.#kept.size < this.#maxKept) this.#kept.add(search);
    if (this.#kept.has(search)) return;
    this.end(search);
    this.#forgotten.add(search);
  }

  /** Nothing more is run of it. */
  end(search: Search): void {
    search.strategy = undefined;
    search.trial = undefined;
  }

  /** Lets the search of a scenario go on: from its beginning, with all of its budget, where it was forgotten. */
  resume(scenario: Scenario): Search {
    const search = this.of(scenario);
    this.#kept.delete(search);
    if (this.#forgotten.delete(search)) {
      search.strategy = this.#make(scenario);
      search.schedules = 0;
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
