/** Remarks of a lab beyond the verdict: about its engine, state that operations keep, and values that they make. */
import type { MadePlace } from '../core/made-place.ts';
import {
  exitRemark,
  hiddenStateRemark,
  keptRemark,
  madeRemark,
  oneSessionRemark,
  victimsRemark,
  windowRemark,
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
  return [...keptRemarks(lab), ...windowRemarks(lab), ...about, ...exits];
}

function windowRemarks({ windows }: Lab): readonly string[] {
  return [...windows].sort().map(windowRemark);
}

/** Of values that the code made itself, on all labs together. */
export function madeRemarks(places: readonly MadePlace[]): readonly string[] {
  return places.length === 0 ? [] : [madeRemark(places)];
}

function keptRemarks({ alone, hiddenState }: Lab): readonly string[] {
  const found = [...alone.kept].map(([operation, kept]) => keptRemark(operation, [...kept.keys()].sort()));
  return found.length === 0 && hiddenState ? [hiddenStateRemark] : found;
}
