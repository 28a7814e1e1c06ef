/** Remarks of a lab beyond the verdict: about its engine, and about state that operations keep. */
import {
  exitRemark,
  hiddenStateRemark,
  keptRemark,
  oneSessionRemark,
  victimsRemark,
} from '../report/remark-text.ts';
import type { Lab } from './lab.ts';

export function labRemarks(lab: Lab): readonly string[] {
  const { concurrentTransactions, announcesWaits } = lab.lane.database.capabilities;
  const about = concurrentTransactions
    ? announcesWaits
      ? []
      : [victimsRemark]
    : [oneSessionRemark(lab.setting.engine)];
  const exits = [...(lab.lane.seats?.exits ?? [])].map(([what, lines]) => exitRemark(what, lines));
  return [...keptRemarks(lab), ...about, ...exits];
}

function keptRemarks({ alone, hiddenState }: Lab): readonly string[] {
  const found = [...alone.kept].map(([operation, kept]) => keptRemark(operation, [...kept.keys()].sort()));
  return found.length === 0 && hiddenState ? [hiddenStateRemark] : found;
}
