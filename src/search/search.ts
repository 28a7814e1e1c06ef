/** The search of one scenario: how far it is. */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
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
