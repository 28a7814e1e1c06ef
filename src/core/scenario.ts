/** A scenario is what is generated: starting rows, and for each session the calls it makes, in order. */
import type { Call, Rows } from './model.ts';

export interface Scenario {
  readonly rows: Rows;
  readonly sessions: readonly (readonly Call[])[];
}

export function callCount(scenario: Scenario): number {
  return scenario.sessions.reduce((count, calls) => count + calls.length, 0);
}
