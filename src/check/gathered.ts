/** What the runs of a property gather, besides passing or failing. */
import type { CheckResult, Coverage, Inconclusive } from '../core/result.ts';
import type { Failure } from './explore.ts';

export class Gathered {
  scenarios = 0;
  exhaustive = 0;
  /** Scenarios of which only one schedule of each class was to be run, and those classes. */
  reduced = 0;
  classes = 0;
  schedules = 0;
  schedulesToFirstFailure: number | undefined;
  aborted = 0;
  refused = 0;
  operations = 0;
  smallerTried = 0;
  smallerExhausted = 0;
  failure: Failure | undefined;
  inconclusive: Inconclusive | undefined;
  witness: CheckResult['witness'];

  coverage(learned: number): Coverage {
    const {
      scenarios,
      exhaustive,
      reduced,
      classes,
      schedules,
      schedulesToFirstFailure,
      aborted,
      refused,
      operations,
    } = this;
    return {
      scenarios,
      exhaustive,
      ...(reduced > 0 && { reduced, classes }),
      schedules,
      schedulesToFirstFailure,
      learned,
      aborted,
      refused,
      operations,
    };
  }
}
