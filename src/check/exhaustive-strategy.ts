/** How all schedules of a scenario are run where nothing less will do: one of each class of equivalent ones. */
import type { Scenario } from '../core/scenario.ts';
import type { Strategy } from '../strategy/contract.ts';
import { Systematic } from '../strategy/systematic.ts';
import type { Lab } from './lab.ts';

export function exhaustiveStrategy(lab: Lab, { sessions }: Scenario): Strategy {
  return new Systematic({ sessions: sessions.length, observed: lab.lane.observed });
}
