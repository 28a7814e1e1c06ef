/** What a reader should know beyond the verdict. */
import type { Setting } from '../core/result.ts';
import { otherViolationText } from '../report/violation-text.ts';
import type { KeptKind } from './kept-kind.ts';
import type { Lab } from './lab.ts';
import { formatReplayLine } from './replay-line.ts';

/** About the engine and what operations keep, whatever was found. */
export function labRemarks(lab: Lab): readonly string[] {
  const { capabilities } = lab.lane.database;
  const found: string[] = [...keptRemarks(lab)];
  if (!capabilities.concurrentTransactions) {
    found.push(
      `${lab.setting.engine} has one session: an open transaction makes all others wait, so races between open ` +
        'transactions, which Postgres has, do not show here',
    );
  } else if (!capabilities.announcesWaits) {
    found.push(
      'the server lets only superusers set deadlock_timeout: which session a deadlock ends is not controlled',
    );
  }
  return found;
}

function keptRemarks({ alone, misled }: Lab): readonly string[] {
  const found = [...alone.kept].map(
    ([operation, kept]) => `${operation} leaves ${[...kept.keys()].sort().join(' and ')} behind`,
  );
  if (found.length === 0 && misled) found.push('what an operation does depends on more than the tables');
  return found.map((what) => `${what}: where that matters, serial orders were run whole to compare with`);
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
