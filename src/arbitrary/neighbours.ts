/**
 * Every scenario that is one step smaller than a given one: a session, an operation or a starting row fewer, or an argument
 * or the starting rows one step of fast-check's shrinking simpler. Values that differ stay different.
 */
import type { Rows } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import { smallerScenarios, type Neighbour } from '../shrink/smaller.ts';
import { makesTwins } from '../shrink/twins.ts';
import type { SimplifyingArbitrary } from './simpler.ts';

/** The sources of a scenario's values. */
export interface Sources {
  readonly rows: SimplifyingArbitrary<Rows>;
  /** By operation, one for each argument. */
  readonly arguments: ReadonlyMap<string, readonly SimplifyingArbitrary<unknown>[]>;
}

export interface Neighbourhood {
  /** Without duplicates, largest parts first. */
  readonly neighbours: readonly Neighbour[];
  /** Values that cannot be made simpler, since it is not known how, in words. */
  readonly opaque: readonly string[];
}

/** Sessions go down to one, whatever the options say: a failure that needs no second session is smaller. */
export function neighbourhood(scenario: Scenario, sources: Sources): Neighbourhood {
  const opaque: string[] = [];
  const all = [
    ...smallerScenarios(scenario, { minSessions: 1, couldStartFrom: (rows) => sources.rows.canGive(rows) }),
    ...simplerRows(scenario, sources, opaque),
    ...simplerArguments(scenario, sources, opaque),
  ];
  const texts = new Set([canonicalText(scenario)]);
  const neighbours = all.filter((neighbour) => {
    const text = canonicalText(neighbour.scenario);
    return !texts.has(text) && texts.add(text) && !makesTwins(scenario, neighbour.scenario);
  });
  return { neighbours, opaque };
}

function* simplerRows(scenario: Scenario, sources: Sources, opaque: string[]): Generator<Neighbour> {
  const steps = sources.rows.simpler(scenario.rows);
  if (steps === undefined) opaque.push('the starting rows');
  for (const rows of steps ?? []) {
    yield { part: 'value', change: 'with simpler starting rows', scenario: { ...scenario, rows } };
  }
}

function* simplerArguments(scenario: Scenario, sources: Sources, opaque: string[]): Generator<Neighbour> {
  const { sessions } = scenario;
  for (const [session, calls] of sessions.entries()) {
    for (const [index, call] of calls.entries()) {
      for (const [at, value] of call.args.entries()) {
        const where = `argument ${at + 1} of s${session + 1} ${call.operation}`;
        const steps = sources.arguments.get(call.operation)?.[at]?.simpler(value);
        if (steps === undefined) opaque.push(where);
        for (const simpler of steps ?? []) {
          const simplerCall = { ...call, args: call.args.with(at, simpler) };
          yield {
            part: 'argument',
            change: `with a simpler ${where}`,
            scenario: { ...scenario, sessions: sessions.with(session, calls.with(index, simplerCall)) },
          };
        }
      }
    }
  }
}
