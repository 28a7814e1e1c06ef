/** What the runs of a property gather, besides passing or failing. */
import type { Fault } from '../core/fault.ts';
import type { CheckResult, Coverage, Inconclusive } from '../core/result.ts';
import type { Failure } from './explore.ts';
import { Interacted } from './interacted.ts';

export class Gathered {
  scenarios = 0;
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
  inconclusive: Inconclusive | undefined;
  /** A mistake of the user's, in the model say: nothing is run after it. */
  fault: Fault | undefined;
  witness: CheckResult['witness'];
  /** Scenarios whose every schedule was run and passes: canonical text to the number of schedules. */
  readonly passed: Map<string, number> = new Map();

  coverage(learned: number): Coverage {
    const { scenarios, exhaustive, reduced, classes, schedules, schedulesToFirstFailure, interacted } = this;
    return {
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
