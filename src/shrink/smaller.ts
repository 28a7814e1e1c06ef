/**
 * The neighbours of a scenario that lack one part, largest parts first: a session, an operation, a starting row. fast-check
 * simplifies arguments and values.
 */
import type { Rows } from '../core/model.ts';
import type { Neighbour } from '../core/neighbour.ts';
import type { Scenario } from '../core/scenario.ts';

export interface SmallerOptions {
  readonly minSessions: number;
  /** Whether the model could have generated these starting rows: only then may rows be left out. */
  readonly couldStartFrom: (rows: Rows) => boolean;
}

export function* smallerScenarios(scenario: Scenario, options: SmallerOptions): Generator<Neighbour> {
  const { sessions, rows } = scenario;
  if (sessions.length > options.minSessions) {
    for (const session of sessions.keys()) {
      const fewer = sessions.toSpliced(session, 1);
      yield { change: { kind: 'session', session }, scenario: { ...scenario, sessions: fewer } };
    }
  }
  for (const [session, calls] of sessions.entries()) {
    if (calls.length < 2) continue;
    for (const [operation, { operation: name }] of calls.entries()) {
      const fewer = sessions.with(session, calls.toSpliced(operation, 1));
      yield {
        change: { kind: 'operation', session, operation, name },
        scenario: { ...scenario, sessions: fewer },
      };
    }
  }
  for (const [table, list] of Object.entries(rows)) {
    for (const row of list.keys()) {
      const fewer = { ...rows, [table]: list.toSpliced(row, 1) };
      if (!options.couldStartFrom(fewer)) continue;
      yield { change: { kind: 'row', table, row }, scenario: { ...scenario, rows: fewer } };
    }
  }
}
