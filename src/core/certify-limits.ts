/** Sizes of scenarios, and the limits up to which a model is certified. */

/** The number of sessions of a scenario, and of operations in its longest session. */
export interface ScenarioSize {
  readonly sessions: number;
  readonly operations: number;
}

export interface CertifyLimits extends ScenarioSize {
  /** The most values of each argument, and the most starting rows. */
  readonly values: number;
  /** The most schedules of one size; absent if there was no such limit. */
  readonly maxSchedulesPerSize?: number;
}
