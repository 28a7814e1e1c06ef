/**
 * The last word on a counterexample's schedule: its scenario is searched again in order of preemptions. The
 * first failure has the fewest; when everything below was run, the result says so.
 */
import { ByPreemptions } from '../strategy/by-preemptions.ts';

export interface FewestPreemptions<F> {
  /** The failure with the fewest preemptions; undefined if the budget ended first. */
  readonly failure: F | undefined;
  /** Whether every schedule with fewer preemptions was run and passed. */
  readonly fewerPass: boolean;
  /** The number of those schedules. */
  readonly fewerRun: number;
}

/**
 * @param search runs the strategy until the first failure, or until its budget ends
 */
export async function fewestPreemptions<F extends { readonly preemptions: number }>(
  search: (strategy: ByPreemptions) => Promise<F | undefined>,
): Promise<FewestPreemptions<F>> {
  const strategy = new ByPreemptions();
  const failure = await search(strategy);
  if (failure === undefined) return { failure, fewerPass: false, fewerRun: 0 };
  const fewerRun = strategy.runs.slice(0, failure.preemptions).reduce((sum, runs) => sum + runs, 0);
  return { failure, fewerPass: strategy.exhaustedBelow(failure.preemptions), fewerRun };
}
