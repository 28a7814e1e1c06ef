/** The strategies by the names that options use, and the strategy with which the search of a scenario begins. */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import type { StrategyName } from '../core/strategy-name.ts';
import type { Schedule } from '../core/schedule.ts';
import { Automatic } from '../strategy/automatic.ts';
import type { Strategy } from '../strategy/contract.ts';
import { First } from '../strategy/first.ts';
import { Pct } from '../strategy/pct.ts';
import { Pos } from '../strategy/pos.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import { Systematic } from '../strategy/systematic.ts';
import { Urw } from '../strategy/urw.ts';

export const strategyNames: readonly StrategyName[] = [
  'automatic',
  'exhaustive',
  'random',
  'pct',
  'urw',
  'pos',
];

/** Strategies that learn from observed executions; the others do not use the observations. */
export const learningStrategies: ReadonlySet<StrategyName> = new Set(['automatic', 'exhaustive', 'pos']);

/** Everything besides the scenario that decides which of its schedules are run. */
export interface StrategyChoice {
  readonly strategy: StrategyName;
  readonly seed?: number | string | undefined;
  readonly maxSchedules: number;
  /** Followed first, as far as they fit. */
  readonly firstSchedules?: readonly Schedule[] | undefined;
}

/** Steps of an operation, until an execution shows how many it has. */
const usualSteps = 4;

/** @param observed whether executions are observed, so that strategies can learn what depends on what */
export function strategyFor(choice: StrategyChoice, scenario: Scenario, observed: boolean): Strategy {
  const { firstSchedules = [] } = choice;
  const usual = usualStrategyFor(choice, scenario, observed);
  return firstSchedules.length === 0 ? usual : new First(firstSchedules, usual);
}

function usualStrategyFor(choice: StrategyChoice, scenario: Scenario, observed: boolean): Strategy {
  const { maxSchedules } = choice;
  const sessions = scenario.sessions.length;
  // The same scenario under the same seed is searched in the same way, whichever draw it comes from.
  const seed = `${choice.seed ?? ''} ${canonicalText(scenario.sessions)}`;
  switch (choice.strategy) {
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
