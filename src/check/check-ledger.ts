/** The ledger of a check: the findings and counts of its property's runs. */
import { canonicalText } from '../core/plain.ts';
import type { CheckResult, Coverage, Inconclusive } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Exploration } from '../search/explore.ts';
import type { Failure } from '../lab/failure.ts';
import { callsThat, InteractionTally } from '../tally/interaction-tally.ts';
import { FailureKinds } from '../search/failure-kinds.ts';
import { News } from './news.ts';
import type { Search } from '../search/search.ts';

export class CheckLedger {
  scenarios = 0;
  drawn = 0;
  /** Draws of a scenario that had been drawn before. */
  duplicates = 0;
  /** Draws since the last new scenario. */
  drawnInVain = 0;
  readonly news: News = new News();
  /** Schedules in a row that showed nothing new, once no other scenario is begun because of that. */
  stoppedWithoutNews: number | undefined;
  exhaustive = 0;
  /** Scenarios with one schedule run of each class, and the number of those classes. */
  reduced = 0;
  classes = 0;
  schedules = 0;
  schedulesToFirstFailure: number | undefined;
  readonly tally: InteractionTally = new InteractionTally();
  smallerTried = 0;
  smallerExhausted = 0;
  failure: Failure | undefined;
  /** Before anything was made smaller. */
  firstFailure: Failure | undefined;
  readonly kinds: FailureKinds = new FailureKinds();
  inconclusive: Inconclusive | undefined;
  /** An error that is no verdict, from a mistake in the model say: nothing is run after it. */
  broken: unknown;
  witness: CheckResult['witness'];
  /** Scenarios of which every schedule was run and passes: canonical text to the number of schedules. */
  readonly passed: Map<string, number> = new Map();

  /** Counts a draw of this scenario, the first one or another. */
  draw(search: Search): void {
    this.drawn += 1;
    this.drawnInVain = search.drawn ? this.drawnInVain + 1 : 0;
    if (search.drawn) this.duplicates += 1;
    search.drawn = true;
  }

  /** Adds the result of one stint of this scenario's search. */
  add(result: Exploration, scenario: Scenario, search: Search, shrinking: boolean): void {
    const { failure, others, exhausted, classes, witness } = result;
    this.schedules += result.schedules;
    this.tally.merge(result.tally);
    if (shrinking) this.#addSmaller(result);
    else this.#addDrawn(result, search);
    search.schedules += result.schedules;
    search.exhausted = exhausted;
    if (!shrinking) search.classes = classes;
    if (exhausted && failure === undefined && others.length === 0)
      this.passed.set(canonicalText(scenario), search.schedules);
    if (witness !== undefined) this.witness ??= { scenario, ...witness };
    // A smaller scenario without a verdict does not take the failure back.
    if (result.inconclusive !== undefined && this.failure === undefined)
      this.inconclusive = result.inconclusive;
    if (failure === undefined) return;
    this.schedulesToFirstFailure ??= this.schedules;
    this.failure = failure;
    this.firstFailure ??= failure;
  }

  #addSmaller({ failure, others, exhausted }: Exploration): void {
    if (failure === undefined) {
      this.smallerTried += 1;
      if (exhausted && others.length === 0) this.smallerExhausted += 1;
    } else {
      this.smallerTried = 0;
      this.smallerExhausted = 0;
    }
  }

  #addDrawn({ exhausted, classes }: Exploration, search: Search): void {
    if (!search.counted) this.scenarios += 1;
    search.counted = true;
    if (exhausted) this.exhaustive += 1;
    this.reduced += (classes === undefined ? 0 : 1) - (search.classes === undefined ? 0 : 1);
    this.classes += (classes ?? 0) - (search.classes ?? 0);
  }

  /** Goes back to the first failure, since the smaller one was not confirmed. */
  returnToFirst(): Failure {
    if (this.firstFailure === undefined) throw new Error('there is no failure to go back to');
    this.smallerTried = 0;
    this.smallerExhausted = 0;
    this.failure = this.firstFailure;
    return this.failure;
  }

  coverage(learned: number): Coverage {
    const { scenarios, exhaustive, reduced, classes, schedules, schedulesToFirstFailure, tally } = this;
    const { drawn, duplicates } = this;
    return {
      drawn,
      duplicates,
      scenarios,
      exhaustive,
      ...(reduced > 0 && { reduced, classes }),
      schedules,
      schedulesToFirstFailure,
      ...(this.stoppedWithoutNews !== undefined && { stoppedWithoutNews: this.stoppedWithoutNews }),
      learned,
      aborted: callsThat('aborted', tally.counts),
      refused: callsThat('refused', tally.counts),
      operations: callsThat('calls', tally.counts),
      interactions: tally.interactions(),
    };
  }
}
