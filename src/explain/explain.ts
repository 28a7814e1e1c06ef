/** Why an outcome is wrong: its dependencies, its name, and the evidence for it. All of this is data; `report` makes the words. */
import type { Explanation } from '../core/explanation.ts';
import type { RequiredOrder } from './cycles.ts';
import { dependenciesOf } from './dependencies.ts';
import { dependencyOf } from './edge.ts';
import { abortedIn, nameOf, partlyDone, type Grounds } from './name.ts';
import type { Knowledge, ObservedStatement } from './observed.ts';
import { phenomenaOf } from './phenomena.ts';

export interface Case extends Pick<Grounds, 'violation' | 'answers' | 'isGenerated' | 'errors'> {
  /** Undefined if nothing could be observed; then only the outcome counts. */
  readonly observed:
    { readonly statements: readonly ObservedStatement[]; readonly knowledge: Knowledge } | undefined;
  readonly given: readonly RequiredOrder[];
}

/** The part of an explanation that the execution itself shows; the racing pair is found by experiment. */
export function explain({ observed, given, ...rest }: Case): Omit<Explanation, 'racingPair'> {
  const aborted = abortedIn(rest);
  const dependencies =
    observed === undefined ? undefined : dependenciesOf(observed.statements, observed.knowledge);
  const phenomena =
    observed === undefined || dependencies === undefined
      ? []
      : phenomenaOf(dependencies, observed.knowledge, given, aborted);
  const edges = dependencies?.edges ?? [];
  const statements = observed?.statements;
  const locked = dependencies?.locked ?? [];
  const { anomaly, evidence } = nameOf({ ...rest, statements, phenomena, edges, locked });
  return {
    anomaly,
    evidence,
    dependencies: [...edges.map(dependencyOf), ...locked],
    observed: observed !== undefined,
    partly: partlyDone({ ...rest, statements }).map(({ ref, step, writes }) => ({
      ref,
      step,
      tables: tablesOf(writes),
    })),
    undone: undoneIn(rest.answers, statements ?? []),
  };
}

/** Writes that were undone although their operation returned; an error says by itself that its writes had no effect. */
function undoneIn(
  answers: Case['answers'],
  statements: readonly ObservedStatement[],
): NonNullable<Explanation['undone']> {
  return statements.flatMap(({ ref, step, undone, writes }) => {
    const returned = answers[ref.session]?.[ref.operation]?.kind === 'returned';
    if (!returned || undone === undefined || writes.length === 0) return [];
    return [{ ref, step, by: undone, tables: tablesOf(writes) }];
  });
}

function tablesOf(writes: ObservedStatement['writes']): readonly string[] {
  return [...new Set(writes.map(({ table }) => table))];
}
