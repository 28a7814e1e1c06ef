/** The search of one scenario: how far it is, and the strategy that drives it. */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import { Automatic } from '../strategy/automatic.ts';
import type { Strategy } from '../strategy/contract.ts';
import { Pct } from '../strategy/pct.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import { Systematic } from '../strategy/systematic.ts';
import type { ResolvedOptions } from './options.ts';

/** How far one scenario has been searched. */
export interface Search {
  /** Gone when nothing is left to run: what it has planned is worth its memory only until then. */
  strategy: Strategy | undefined;
  schedules: number;
  exhausted: boolean;
  /** Its strategy was given up to save memory: the search begins anew when it goes on. */
  forgotten: boolean;
  /** As counted so far; undefined where nothing was reduced. */
  classes: number | undefined;
}

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
      return new Pct({ seed, sessions, steps: 8 });
  }
}
