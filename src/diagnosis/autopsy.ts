/**
 * An autopsy is one run of a failing schedule after the search. It shows what the statements touched and which lines of the
 * code under test sent them; the explanation, the racing pair and the call sites all come from this one execution.
 */
import { canonicalText } from '../core/plain.ts';
import type { StatementLocation } from '../core/result.ts';
import type { LaneExecution } from '../engine/lane.ts';
import type { StatementWatcher } from '../engine/execution-setup.ts';
import type { Case } from '../explain/explain.ts';
import { CallStacks } from './call-stacks.ts';
import type { Failure } from '../lab/failure.ts';
import { knowledgeOf, observedStatements } from '../lab/observed-statements.ts';
import type { Trial } from '../lab/trial.ts';

/** One more run of a failing schedule. */
export interface Rerun {
  readonly execution: LaneExecution;
  /** Undefined if the lab does not observe, or if operations ended in another way this time. */
  readonly observed: Case['observed'];
}

export interface Autopsy extends Rerun {
  readonly locations: readonly StatementLocation[];
}

/** @param trial of the failure's scenario, on a lab that observes if there is one */
export async function autopsy(trial: Trial, failure: Failure): Promise<Autopsy> {
  const stacks = new CallStacks();
  const rerun = await rerunObserved(trial, failure, stacks);
  return { ...rerun, locations: stacks.locations(failure.history) };
}

/** Without a watcher it costs no stacks: that is enough for a name. */
export async function rerunObserved(
  trial: Trial,
  { schedule, answers }: Failure,
  watcher?: StatementWatcher,
): Promise<Rerun> {
  const { lab, start } = trial;
  const universe = await trial.universe();
  const knowledge = universe === undefined ? undefined : knowledgeOf(universe, start, lab.rules.columns);
  const execution = await trial.replay(schedule, { watcher });
  const same = canonicalText(execution.answers.map(endings)) === canonicalText(answers.map(endings));
  if (universe === undefined || knowledge === undefined || !same) return { execution, observed: undefined };
  const statements = await observedStatements(execution, universe);
  return { execution, observed: { statements, knowledge } };
}

/** Generated values may differ from run to run. */
function endings(answers: LaneExecution['answers'][number]): readonly string[] {
  return answers.map((answer) =>
    answer.kind === 'failed' ? `${answer.name} ${answer.sqlstate}` : 'returned',
  );
}
