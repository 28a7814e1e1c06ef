/** The exhaustive search of a trial: all its schedules, or one of each class of equivalent ones. */
import type { Strategy } from '../strategy/contract.ts';
import { Systematic } from '../strategy/systematic.ts';
import type { Budget } from './budget.ts';
import { explore, type Exploration } from './explore.ts';
import type { Trial } from '../lab/trial.ts';

export function exhaustiveStrategy({ lab, scenario }: Trial): Strategy {
  return new Systematic({ sessions: scenario.sessions.length, observed: lab.lane.observed });
}

/** Searches all schedules, until one fails or the budget ends. */
export function exhaust(trial: Trial, budget: Budget): Promise<Exploration> {
  return explore(trial, exhaustiveStrategy(trial), budget);
}
