/** The progress of each scenario's search. */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import type { ScenarioExecutor } from './scenario-executor.ts';

/** How far one scenario has been searched. */
export interface Search {
  /** The executor that searched it last, and may still know what it learned then. */
  home: ScenarioExecutor | undefined;
  schedules: number;
  exhausted: boolean;
  /** Whether fast-check drew its scenario before. */
  drawn: boolean;
  /** Whether it counts among the scenarios of the result. */
  counted: boolean;
  /** Classes of schedules counted so far; undefined if nothing was reduced. */
  classes: number | undefined;
}

/** A search from the beginning, even if its scenario was searched before. */
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

/** The searches of a check: one goes on where it ended when its scenario comes up again. */
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
