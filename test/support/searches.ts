/** A scenario searched in full, or at random, and searched reduced: the outcomes of both. */
import { Lab } from '../../src/lab/lab.ts';
import { runObserved } from '../../src/search/observation.ts';
import { Trial } from '../../src/lab/trial.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { limitCauseText } from '../../src/report/limit-text.ts';
import { ByPreemptions } from '../../src/strategy/by-preemptions.ts';
import type { Strategy } from '../../src/strategy/contract.ts';
import { RandomWalk } from '../../src/strategy/random-walk.ts';
import { Reduced } from '../../src/strategy/reduced.ts';
import { outcomeText } from './outcomes.ts';

export interface Searched {
  readonly runs: number;
  readonly exhausted: boolean;
  readonly outcomes: readonly string[];
  /** How executions ended that were given up. */
  readonly gaveUp: readonly string[];
}

export async function search(
  lab: Lab,
  scenario: Scenario,
  strategy: Strategy,
  limit: number,
): Promise<Searched> {
  const trial = await Trial.on(lab, scenario);
  const outcomes = new Set<string>();
  const gaveUp: string[] = [];
  let runs = 0;
  while (runs < limit && strategy.begin()) {
    const { execution } = await runObserved(trial, strategy);
    runs += 1;
    if (execution.end.kind === 'gave-up')
      gaveUp.push(`${execution.end.limit}: ${limitCauseText(execution.end.cause)}`);
    else outcomes.add(outcomeText(execution));
  }
  return { runs, exhausted: strategy.exhausted === true, outcomes: [...outcomes].toSorted(), gaveUp };
}

export interface Compared {
  readonly scenario: Scenario;
  /** All schedules, or where these are too many, some and a random sample. */
  readonly all: Searched;
  readonly reduced: Searched;
  readonly classes: number;
  /** All schedules were run after all, since what was observed did not fit. */
  readonly distrusting: boolean;
  /** Outcomes that the reduced search did not find. */
  readonly missed: readonly string[];
}

export interface ComparedOptions {
  /** Scenarios with more schedules are compared with a sample. */
  readonly maxSchedules: number;
  readonly sample: number;
  readonly maxReduced: number;
}

/** Undefined where the reduced search has more to run than `maxReduced`. */
export async function compareSearches(
  lab: Lab,
  scenario: Scenario,
  { maxSchedules, sample, maxReduced }: ComparedOptions,
): Promise<Compared | undefined> {
  const strategy = new Reduced({ sessions: scenario.sessions.length });
  const reduced = await search(lab, scenario, strategy, maxReduced);
  if (!reduced.exhausted) return undefined;
  const full = await search(lab, scenario, new ByPreemptions(), maxSchedules);
  const all = full.exhausted
    ? full
    : together(full, await search(lab, scenario, new RandomWalk('sample'), sample));
  const found = new Set(reduced.outcomes);
  return {
    scenario,
    all,
    reduced,
    classes: strategy.classes,
    distrusting: strategy.distrusting,
    missed: all.outcomes.filter((outcome) => !found.has(outcome)),
  };
}

function together(a: Searched, b: Searched): Searched {
  return {
    runs: a.runs + b.runs,
    exhausted: false,
    outcomes: [...new Set([...a.outcomes, ...b.outcomes])].toSorted(),
    gaveUp: [...a.gaveUp, ...b.gaveUp],
  };
}
