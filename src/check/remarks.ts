/** Violations of other kinds, as remarks. */
import type { Setting } from '../core/result.ts';
import { formatReplayLine } from '../report/replay-line.ts';
import { otherViolationText } from '../report/violation-text.ts';
import type { FailureKinds } from '../search/failure-kinds.ts';

/** Violations of other kinds that were met while the counterexample was made smaller: none is lost. */
export function otherKindRemarks(setting: Setting, { others }: FailureKinds): readonly string[] {
  return [...others.values()].map(({ kind: { anomaly }, failure }) =>
    otherViolationText(
      { setting, violation: failure.violation, anomaly },
      formatReplayLine(setting, failure.scenario, failure.schedule),
    ),
  );
}
