/** The story of a violation: its dependencies, its name, the evidence for it, and sentences for people. */
import type { Explanation } from '../core/explanation.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Given } from './cycles.ts';
import { dependenciesOf, dependencyOf } from './dependencies.ts';
import { abortedIn, nameOf, partlyDone, type Grounds } from './name.ts';
import type { Knowledge, ObservedStatement } from './observed.ts';
import { phenomenaOf } from './phenomena.ts';
import { sentencesOf } from './sentences.ts';

export interface Case extends Pick<Grounds, 'violation' | 'answers' | 'isGenerated' | 'errors'> {
  readonly scenario: Scenario;
  /** Undefined where nothing could be observed: then only the outcome speaks. */
  readonly observed:
    { readonly statements: readonly ObservedStatement[]; readonly knowledge: Knowledge } | undefined;
  readonly given: readonly Given[];
  readonly racingPair: Explanation['racingPair'];
}

export function explain({ scenario, observed, given, racingPair, ...rest }: Case): Explanation {
  const aborted = abortedIn(rest);
  const dependencies =
    observed === undefined ? undefined : dependenciesOf(observed.statements, observed.knowledge);
  const phenomena =
    observed === undefined || dependencies === undefined
      ? []
      : phenomenaOf(dependencies, observed.knowledge, given, aborted);
  const edges = dependencies?.edges ?? [];
  const statements = observed?.statements;
  const { anomaly, evidence } = nameOf({ ...rest, statements, phenomena, edges });
  const told = {
    anomaly,
    evidence: evidence.map(dependencyOf),
    dependencies: edges.map(dependencyOf),
    racingPair,
    observed: observed !== undefined,
    partly: partlyDone({ ...rest, statements }).map(({ ref, step, writes }) => ({
      ref,
      step,
      tables: [...new Set(writes.map(({ table }) => table))],
    })),
  };
  const { partly: _, observed: __, ...explanation } = told;
  return { ...explanation, sentences: sentencesOf(scenario, rest.violation, told) };
}
