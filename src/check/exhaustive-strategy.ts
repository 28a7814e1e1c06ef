/** How every schedule of a scenario is run where nothing less will do. */
import type { Scenario } from '../core/scenario.ts';
import { ByPreemptions } from '../strategy/by-preemptions.ts';
import type { Strategy } from '../strategy/contract.ts';

export function exhaustiveStrategy(_scenario: Scenario): Strategy {
  return new ByPreemptions();
}
