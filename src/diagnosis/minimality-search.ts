/** What was looked for besides a smaller scenario, and found: schedules with fewer preemptions, and neighbours. */
import type { Minimality } from '../core/minimality.ts';
import type { NeighbourFindings } from '../core/neighbour.ts';
import type { Failure } from '../lab/failure.ts';
import { neighbourSearch } from '../report/neighbour-text.ts';

export interface MinimalitySearch {
  readonly fewerPreemptionsPass: boolean;
  /** Whether schedules with fewer preemptions fail, but only in another way. */
  readonly fewerFailOtherwise?: boolean;
  readonly fewerRun: number;
  readonly shrunk: boolean;
  readonly neighbours: NeighbourFindings | undefined;
}

export const noMinimalitySearch: MinimalitySearch = {
  fewerPreemptionsPass: false,
  fewerRun: 0,
  shrunk: false,
  neighbours: undefined,
};

/** Smaller scenarios that fast-check tried after the last one that failed. */
export interface SmallerScenarios {
  readonly smallerTried: number;
  readonly smallerExhausted: number;
}

export function minimalityOf(
  { preemptions }: Failure,
  search: MinimalitySearch,
  { smallerTried, smallerExhausted }: SmallerScenarios,
): Minimality {
  const { fewerPreemptionsPass, fewerRun, shrunk, neighbours } = search;
  const noneSmallerFails = neighbours?.open.length === 0 && (neighbours.otherwise ?? 0) === 0;
  return {
    preemptions,
    fewerPreemptionsPass,
    fewerRun,
    shrunk,
    smallerScenariosTried: smallerTried,
    smallerScenariosExhausted: smallerExhausted,
    certified: fewerPreemptionsPass && noneSmallerFails,
    ...(search.fewerFailOtherwise === true && { fewerFailOtherwise: true }),
    neighbours: neighbours === undefined ? undefined : neighbourSearch(neighbours),
  };
}
