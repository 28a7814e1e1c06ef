/** An entry of a corpus is one race: what it is, how to see it again, when it was found, and what became of it. */
import type { Counterexample } from '../../core/result.ts';
import { raceTitle } from '../../report/race-title.ts';
import { formatCounterexample } from '../../report/story.ts';
import { idOf, identityOf, type RaceIdentity } from './identity.ts';

/** `seen` is when that was first seen, in ISO 8601: a run that sees the same again changes no file. */
export type RaceState =
  | { readonly kind: 'fails'; readonly seen: string }
  /** It no longer fails; it is kept, and must not come back. */
  | { readonly kind: 'regression'; readonly seen: string }
  /** It does not fit the code any more, and is not run. */
  | { readonly kind: 'retired'; readonly seen: string; readonly reason: string };

export interface Finding {
  /** In ISO 8601. */
  readonly at: string;
  readonly seed: number | string;
  /** Schedules that the campaign had run until then. */
  readonly schedules: number;
  /** With its version: `postgres 18.4`. */
  readonly engine: string;
}

export interface CorpusEntry {
  /** Of its identity. */
  readonly id: string;
  readonly identity: RaceIdentity;
  /** The line for `lockstep replay`: `v1:...`, which holds the scenario and the schedule. */
  readonly replay: string;
  readonly found: Finding;
  readonly state: RaceState;
  /** One line in plain words. */
  readonly title: string;
  /** The failure's text when it was found, line by line. */
  readonly story: readonly string[];
}

/** The entry of a race that was just found. The counterexample was shrunk, else its identity would not last. */
export function entryOf(counterexample: Counterexample, found: Omit<Finding, 'engine'>): CorpusEntry {
  const identity = identityOf(counterexample);
  return {
    id: idOf(identity),
    identity,
    replay: counterexample.replay,
    found: { ...found, engine: counterexample.setting.engine },
    state: { kind: 'fails', seen: found.at },
    title: raceTitle(counterexample),
    story: formatCounterexample(counterexample)
      .split('\n')
      .map((line) => line.trimEnd()),
  };
}
