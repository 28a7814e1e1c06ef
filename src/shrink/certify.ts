/**
 * The last phase of shrinking: every neighbour of a counterexample, a scenario one step smaller, is searched
 * exhaustively. One that fails becomes the counterexample, and the phase begins again with it. When none is left that
 * fails or could not be searched to its end, nothing smaller was overlooked: the counterexample is locally minimal
 * (1-minimal in the words of Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 2002).
 */
import { canonicalText } from '../core/plain.ts';
import type { NeighbourSearch, OpenNeighbour } from '../core/minimality.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Neighbour } from './smaller.ts';

/** What the search of one neighbour came to. */
export type NeighbourVerdict<F> =
  /** Searched to the end, and no schedule fails. */
  | { readonly kind: 'passes'; readonly schedules: number }
  /** Searched to the end, and no schedule fails in the way of the counterexample, but some do in another. */
  | { readonly kind: 'fails otherwise'; readonly schedules: number }
  | { readonly kind: 'fails'; readonly schedules: number; readonly failure: F }
  /** The code under test does not take it: no counterexample, and no gap either. */
  | { readonly kind: 'refused'; readonly schedules: number; readonly reason: string }
  /** The budget ended, or there was no verdict. */
  | { readonly kind: 'open'; readonly schedules: number; readonly reason: string };

/** What the last phase knows of a counterexample's surroundings, and may spend on them. */
export interface Surroundings<F> {
  readonly neighbourhood: (scenario: Scenario) => {
    readonly neighbours: readonly Neighbour[];
    readonly opaque: readonly string[];
  };
  readonly search: (scenario: Scenario, maxSchedules: number) => Promise<NeighbourVerdict<F>>;
  /** Scenarios whose every schedule has been run already and passes, by canonical text, with the number of schedules. */
  readonly passed: ReadonlyMap<string, number>;
  /** Why no further schedule may be run now; undefined while it may. */
  readonly stopped: () => string | undefined;
  readonly maxSchedulesPerNeighbour: number;
  /** Over all neighbours, those of larger counterexamples included. */
  readonly maxSchedulesToCertify: number;
}

/** A counterexample none of whose neighbours was seen to fail. */
export interface LocalMinimum<F> {
  /** The counterexample, or the smaller one that was found instead. */
  readonly failure: F;
  readonly search: NeighbourSearch;
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
  // What failed once is never gone back to: fast-check's steps may lead in a circle where a map gives one value twice.
  const failed = new Set<string>([canonicalText(first.scenario)]);

  const verdictOf = async (scenario: Scenario, text: string): Promise<NeighbourVerdict<F>> => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const passed = surroundings.passed.get(text);
    if (passed !== undefined) return { kind: 'passes', schedules: passed };
    const left = surroundings.maxSchedulesToCertify - spent;
    const stopped = surroundings.stopped() ?? (left < 1 ? budgetText(surroundings) : undefined);
    if (stopped !== undefined) return { kind: 'open', schedules: 0, reason: `not searched: ${stopped}` };
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
    const listed = (kind: 'open' | 'refused'): OpenNeighbour[] =>
      found.flatMap(({ neighbour: { part, change, scenario }, verdict }) =>
        verdict.kind === kind
          ? [{ part, change, scenario, schedules: verdict.schedules, reason: verdict.reason }]
          : [],
      );
    const open = [...listed('open'), ...opaque.map(unknown)];
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

function budgetText({ maxSchedulesToCertify }: Pick<Surroundings<unknown>, 'maxSchedulesToCertify'>): string {
  return `maxSchedulesToCertify, ${maxSchedulesToCertify.toLocaleString('en-US')}, was reached`;
}

function unknown(what: string): OpenNeighbour {
  return {
    part: what === 'the starting rows' ? 'value' : 'argument',
    change: `with ${what} simpler`,
    scenario: undefined,
    schedules: 0,
    reason: 'its arbitrary cannot simplify a value that it did not draw; a `map` needs an unmapper for that',
  };
}
