/** A scenario is generated input: starting rows, and the calls of each session, in order. */
import type { Call, Rows } from './model.ts';

export interface Scenario {
  readonly rows: Rows;
  readonly sessions: readonly (readonly Call[])[];
}

export function callCount(scenario: Scenario): number {
  return scenario.sessions.reduce((count, calls) => count + calls.length, 0);
}

/** The names of its operations, sorted, with repetition. */
export function operationsOf({ sessions }: Pick<Scenario, 'sessions'>): readonly string[] {
  return sessions
    .flat()
    .map(({ operation }) => operation)
    .toSorted();
}
