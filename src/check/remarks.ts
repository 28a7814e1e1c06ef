/** What a reader should know beyond the verdict. */
import type { Setting } from '../core/result.ts';
import { keptRemark, misledRemark, oneSessionRemark, victimsRemark } from '../report/remark-text.ts';
import { otherViolationText } from '../report/violation-text.ts';
import type { KeptKind } from './kept-kind.ts';
import type { Lab } from './lab.ts';
import { formatReplayLine } from './replay-line.ts';

/** About the engine and what operations keep, whatever was found. */
export function labRemarks(lab: Lab): readonly string[] {
  const { concurrentTransactions, announcesWaits } = lab.lane.database.capabilities;
  const about = concurrentTransactions
    ? announcesWaits
      ? []
      : [victimsRemark]
    : [oneSessionRemark(lab.setting.engine)];
  return [...keptRemarks(lab), ...about];
}

function keptRemarks({ alone, misled }: Lab): readonly string[] {
  const found = [...alone.kept].map(([operation, kept]) => keptRemark(operation, [...kept.keys()].sort()));
  return found.length === 0 && misled ? [misledRemark()] : found;
}

/** Violations of other kinds that were met while the counterexample was made smaller: none is lost. */
export function otherKindRemarks(setting: Setting, { others }: KeptKind): readonly string[] {
  return [...others.values()].map(({ kind: { anomaly }, failure }) =>
    otherViolationText(
      { setting, violation: failure.violation, anomaly },
      formatReplayLine(setting, failure.scenario, failure.schedule),
    ),
  );
}
