/**
 * The neighbours of a scenario that are one part smaller, largest parts first: a session fewer, an operation
 * fewer, a starting row fewer. Arguments and values are fast-check's to simplify.
 */
import type { Rows } from '../core/model.ts';
import type { NeighbourPart } from '../core/minimality.ts';
import type { Scenario } from '../core/scenario.ts';

/** A scenario that is one step smaller than another. */
export interface Neighbour {
  readonly part: NeighbourPart;
  /** What is missing or simpler, in words: `without session s2`. */
  readonly change: string;
  readonly scenario: Scenario;
}

export interface SmallerOptions {
  readonly minSessions: number;
  /** Whether the model could have generated these starting rows: only then may rows be left out. */
  readonly couldStartFrom: (rows: Rows) => boolean;
}

export function* smallerScenarios(scenario: Scenario, options: SmallerOptions): Generator<Neighbour> {
  const { sessions, rows } = scenario;
  if (sessions.length > options.minSessions) {
    for (const index of sessions.keys()) {
      const change = `without session s${index + 1}`;
      yield { part: 'session', change, scenario: { ...scenario, sessions: sessions.toSpliced(index, 1) } };
    }
  }
  for (const [index, calls] of sessions.entries()) {
    if (calls.length < 2) continue;
    for (const [at, { operation }] of calls.entries()) {
      const change = `without operation ${at + 1} of s${index + 1} (${operation})`;
      const fewer = sessions.with(index, calls.toSpliced(at, 1));
      yield { part: 'operation', change, scenario: { ...scenario, sessions: fewer } };
    }
  }
  for (const [table, list] of Object.entries(rows)) {
    for (const at of list.keys()) {
      const fewer = { ...rows, [table]: list.toSpliced(at, 1) };
      if (!options.couldStartFrom(fewer)) continue;
      yield {
        part: 'row',
        change: `without row ${at + 1} of ${table}`,
        scenario: { ...scenario, rows: fewer },
      };
    }
  }
}
