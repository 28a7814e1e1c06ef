/**
 * Every scenario that is one step smaller than a given one: a session, an operation or a starting row fewer, or an argument
 * or the starting rows one step of fast-check's shrinking simpler. Values that differ stay different.
 */
import type { Rows } from '../core/model.ts';
import type { Neighbour, ScenarioChange } from '../core/neighbour.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import { smallerScenarios } from '../shrink/smaller.ts';
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
  /** Changes that cannot be made, since nobody knows what is simpler than the value. */
  readonly opaque: readonly ScenarioChange[];
}

/** One session is enough, whatever the options say: a failure that needs no second session is smaller. */
export function neighbourhood(scenario: Scenario, sources: Sources): Neighbourhood {
  const opaque: ScenarioChange[] = [];
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

function* simplerRows(scenario: Scenario, sources: Sources, opaque: ScenarioChange[]): Generator<Neighbour> {
  const change: ScenarioChange = { kind: 'value' };
  const steps = sources.rows.simpler(scenario.rows);
  if (steps === undefined) opaque.push(change);
  for (const rows of steps ?? []) yield { change, scenario: { ...scenario, rows } };
}

function* simplerArguments(
  scenario: Scenario,
  sources: Sources,
  opaque: ScenarioChange[],
): Generator<Neighbour> {
  const { sessions } = scenario;
  for (const [session, calls] of sessions.entries()) {
    for (const [operation, call] of calls.entries()) {
      const { operation: name, args } = call;
      for (const [argument, value] of args.entries()) {
        const change: ScenarioChange = { kind: 'argument', session, operation, name, argument };
        const steps = sources.arguments.get(name)?.[argument]?.simpler(value);
        if (steps === undefined) opaque.push(change);
        for (const simpler of steps ?? []) {
          const simplerCalls = calls.with(operation, { ...call, args: args.with(argument, simpler) });
          yield { change, scenario: { ...scenario, sessions: sessions.with(session, simplerCalls) } };
        }
      }
    }
  }
}
