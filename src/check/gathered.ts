/** What the runs of a property gather, besides passing or failing. */
import type { CheckResult, Coverage, Inconclusive } from '../core/result.ts';
import type { Failure } from './explore.ts';

export class Gathered {
  scenarios = 0;
  exhaustive = 0;
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
  /** Scenarios whose every schedule was run and passes: canonical text to the number of schedules. */
  readonly passed: Map<string, number> = new Map();

  coverage(learned: number): Coverage {
    const { scenarios, exhaustive, schedules, schedulesToFirstFailure, aborted, refused, operations } = this;
    return {
      scenarios,
      exhaustive,
      schedules,
      schedulesToFirstFailure,
      learned,
      aborted,
      refused,
      operations,
    };
  }
}
