/** What the runs of a property gather, besides passing or failing. */
import type { Fault } from '../core/fault.ts';
import type { CheckResult, Coverage, Inconclusive } from '../core/result.ts';
import type { Failure } from './explore.ts';
import { Interacted } from './interacted.ts';
import { KeptKind } from './kept-kind.ts';
import type { Search } from './search.ts';

export class Gathered {
  scenarios = 0;
  drawn = 0;
  /** Of those, the ones that had been drawn before. */
  duplicates = 0;
  /** Draws since the last new scenario. */
  drawnInVain = 0;
  exhaustive = 0;
  /** Scenarios of which only one schedule of each class was to be run, and those classes. */
  reduced = 0;
  classes = 0;
  schedules = 0;
  schedulesToFirstFailure: number | undefined;
  readonly interacted: Interacted = new Interacted();
  smallerTried = 0;
  smallerExhausted = 0;
  failure: Failure | undefined;
  readonly kinds: KeptKind = new KeptKind();
  inconclusive: Inconclusive | undefined;
  /** A mistake of the user's, in the model say: nothing is run after it. */
  fault: Fault | undefined;
  witness: CheckResult['witness'];
  /** Scenarios whose every schedule was run and passes: canonical text to the number of schedules. */
  readonly passed: Map<string, number> = new Map();

  /** fast-check drew this scenario, for the first time or again. */
  draw(search: Search): void {
    this.drawn += 1;
    this.drawnInVain = search.drawn ? this.drawnInVain + 1 : 0;
    if (search.drawn) this.duplicates += 1;
    search.drawn = true;
  }

  coverage(learned: number): Coverage {
    const { scenarios, exhaustive, reduced, classes, schedules, schedulesToFirstFailure, interacted } = this;
    const { drawn, duplicates } = this;
    return {
      drawn,
      duplicates,
      scenarios,
      exhaustive,
      ...(reduced > 0 && { reduced, classes }),
      schedules,
      schedulesToFirstFailure,
      learned,
      aborted: interacted.aborted,
      refused: interacted.refused,
      operations: interacted.operations,
      interactions: interacted.interactions(),
    };
  }
}
