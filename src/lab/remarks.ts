/** What a reader should know beyond the verdict: about the engine, and about what operations keep. */
import { keptRemark, misledRemark, oneSessionRemark, victimsRemark } from '../report/remark-text.ts';
import type { Lab } from './lab.ts';

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
