/**
 * The neighbours of a scenario that are one part smaller, largest parts first: a session fewer, an operation
 * fewer, a starting row fewer. Arguments and values are fast-check's to simplify.
 */
import type { Rows } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';

export interface SmallerOptions {
  readonly minSessions: number;
  /** Whether the model could have generated these starting rows: only then may rows be left out. */
  readonly couldStartFrom: (rows: Rows) => boolean;
}

export function* smallerScenarios(scenario: Scenario, options: SmallerOptions): Generator<Scenario> {
  const { sessions, rows } = scenario;
  if (sessions.length > options.minSessions) {
    for (const index of sessions.keys()) yield { ...scenario, sessions: sessions.toSpliced(index, 1) };
  }
  for (const [index, calls] of sessions.entries()) {
    if (calls.length < 2) continue;
    for (const at of calls.keys()) {
      yield { ...scenario, sessions: sessions.with(index, calls.toSpliced(at, 1)) };
    }
  }
  for (const [table, list] of Object.entries(rows)) {
    for (const at of list.keys()) {
      const fewer = { ...rows, [table]: list.toSpliced(at, 1) };
      if (options.couldStartFrom(fewer)) yield { ...scenario, rows: fewer };
    }
  }
}
