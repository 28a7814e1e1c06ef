/**
 * The last phase of shrinking: every neighbour of a counterexample, a scenario one step smaller, is searched
 * exhaustively. One that fails becomes the counterexample, and the phase begins again with it. Once every neighbour was
 * searched to its end and none fails, the counterexample is locally minimal (1-minimal in the words of Zeller and
 * Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 2002).
 */
import type {
  Neighbour,
  NeighbourFindings,
  NeighbourReason,
  NeighbourWithoutVerdict,
  ScenarioChange,
} from '../core/neighbour.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';

/** The result of the search of one neighbour. */
export type NeighbourVerdict<F> =
  /** Searched to the end, and no schedule fails. */
  | { readonly kind: 'passes'; readonly schedules: number }
  /** Searched to the end: no schedule fails in the way of the counterexample, but some fail in another. */
  | { readonly kind: 'fails otherwise'; readonly schedules: number }
  | { readonly kind: 'fails'; readonly schedules: number; readonly failure: F }
  /** The code under test does not take it: no counterexample, and no gap either. */
  | { readonly kind: 'refused'; readonly schedules: number; readonly reason: NeighbourReason }
  /** The budget ended, or there was no verdict. */
  | { readonly kind: 'open'; readonly schedules: number; readonly reason: NeighbourReason };

/** The neighbours of counterexamples, how one is searched, and the budget for it. */
export interface Surroundings<F> {
  readonly neighbourhood: (scenario: Scenario) => {
    readonly neighbours: readonly Neighbour[];
    readonly opaque: readonly ScenarioChange[];
  };
  readonly search: (scenario: Scenario, maxSchedules: number) => Promise<NeighbourVerdict<F>>;
  /** Scenarios whose every schedule has been run already and passes, by canonical text, with the number of schedules. */
  readonly passed: ReadonlyMap<string, number>;
  /** Why no further schedule may be run; undefined while one may. */
  readonly stopped: () => string | undefined;
  readonly maxSchedulesPerNeighbour: number;
  /** Over all neighbours, those of larger counterexamples included. */
  readonly maxSchedulesToCertify: number;
}

/** A counterexample of which no neighbour was seen to fail. */
export interface LocalMinimum<F> {
  /** The counterexample, or the smaller one that was found instead. */
  readonly failure: F;
  readonly search: NeighbourFindings;
}

/** Neighbours that a result lists; the rest are only counted. */
const maxListed = 10;

export async function certify<F extends { readonly scenario: Scenario }>(
  first: F,
  surroundings: Surroundings<F>,
): Promise<LocalMinimum<F>> {
  let failure = first;
  let spent = 0;
  let replaced = 0;
  const known = new Map<string, NeighbourVerdict<F>>();
  // A scenario that failed is never searched again: fast-check's steps may lead in a circle if a map gives one value twice.
  const failed = new Set<string>([canonicalText(first.scenario)]);

  const verdictOf = async (scenario: Scenario, text: string): Promise<NeighbourVerdict<F>> => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const passed = surroundings.passed.get(text);
    if (passed !== undefined) return { kind: 'passes', schedules: passed };
    const { maxSchedulesToCertify } = surroundings;
    const left = maxSchedulesToCertify - spent;
    const why = surroundings.stopped();
    if (why !== undefined) return withoutSearch({ kind: 'stopped', why, begun: false });
    if (left < 1) return withoutSearch({ kind: 'spent', maxSchedulesToCertify });
    const verdict = await surroundings.search(
      scenario,
      Math.min(left, surroundings.maxSchedulesPerNeighbour),
    );
    spent += verdict.schedules;
    known.set(text, verdict);
    return verdict;
  };

  for (;;) {
    const { neighbours, opaque } = surroundings.neighbourhood(failure.scenario);
    const found: { readonly neighbour: Neighbour; readonly verdict: NeighbourVerdict<F> }[] = [];
    let smaller: F | undefined;
    for (const neighbour of neighbours) {
      const text = canonicalText(neighbour.scenario);
      if (failed.has(text)) continue;
      const verdict = await verdictOf(neighbour.scenario, text);
      if (verdict.kind === 'fails') {
        failed.add(text);
        smaller = verdict.failure;
        break;
      }
      found.push({ neighbour, verdict });
    }
    if (smaller !== undefined) {
      failure = smaller;
      replaced += 1;
      continue;
    }
    const listed = (kind: 'open' | 'refused'): NeighbourWithoutVerdict[] =>
      found.flatMap(({ neighbour, verdict }) =>
        verdict.kind === kind ? [{ ...neighbour, schedules: verdict.schedules, reason: verdict.reason }] : [],
      );
    const open = [...listed('open'), ...opaque.map(opaqueNeighbour)];
    const refused = listed('refused');
    const otherwise = found.filter(({ verdict }) => verdict.kind === 'fails otherwise').length;
    return {
      failure,
      search: {
        neighbours: found.length,
        passed: found.filter(({ verdict }) => verdict.kind === 'passes').length,
        ...(otherwise > 0 && { otherwise }),
        schedules: found.reduce((sum, { verdict }) => sum + verdict.schedules, 0),
        replaced,
        open: open.slice(0, maxListed),
        moreOpen: Math.max(0, open.length - maxListed),
        refused: refused.slice(0, maxListed),
        moreRefused: Math.max(0, refused.length - maxListed),
      },
    };
  }
}

function withoutSearch(reason: NeighbourReason): NeighbourVerdict<never> {
  return { kind: 'open', schedules: 0, reason };
}

function opaqueNeighbour(change: ScenarioChange): NeighbourWithoutVerdict {
  return { change, scenario: undefined, schedules: 0, reason: { kind: 'opaque' } };
}
