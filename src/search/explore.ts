/**
 * Searches the schedules of one trial: runs each, judges it, and runs it again if it looks wrong. A violation is reported
 * only after the same schedule gave the same history again, from a clean state.
 */
import type { Inconclusive } from '../core/result.ts';
import { scheduleOf, type Schedule } from '../core/schedule.ts';
import type { TallyCounts } from '../core/tally-counts.ts';
import type { Judgement, Witness } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import type { Strategy } from '../strategy/contract.ts';
import type { Budget } from './budget.ts';
import { Confirmation } from './confirmation.ts';
import { failureOf, type Failure } from '../lab/failure.ts';
import { InteractionTally } from '../tally/interaction-tally.ts';
import { conflictsOf, runObserved } from './observation.ts';
import { OutcomeJudgements } from '../lab/outcome-judgements.ts';
import { inconclusiveError, inconclusiveExecution, inconclusiveJudgement } from '../lab/reasons.ts';
import { repetitionProblem } from '../lab/repetition.ts';
import type { Trial } from '../lab/trial.ts';
import { warmUp } from '../lab/warm-up.ts';

/** The result of a search: plain data, since the search may be in another process. */
export interface Exploration {
  readonly failure: Failure | undefined;
  /** Failures that were not accepted. */
  readonly others: readonly Failure[];
  readonly inconclusive: Inconclusive | undefined;
  /** Schedules run; runs that repeat one are not counted. */
  readonly schedules: number;
  /** Whether the strategy had nothing left to try. */
  readonly exhausted: boolean;
  /** Classes of equivalent schedules that the strategy has run so far; undefined if it reduces nothing. */
  readonly classes: number | undefined;
  /** How the operations met. */
  readonly tally: TallyCounts;
  readonly witness: { readonly schedule: Schedule; readonly witness: Witness } | undefined;
}

/** Failures that one search may put aside because they were not accepted; with this many it ends. */
const maxOthers = 20;

/** The first schedule and then one of this many are run twice: nondeterminism may show late. */
const determinismCheckEvery = 100;

export async function explore(trial: Trial, strategy: Strategy, budget: Budget): Promise<Exploration> {
  const { lab, scenario } = trial;
  let schedules = 0;
  const tally = new InteractionTally();
  let example: Exploration['witness'];
  let failure: Failure | undefined;
  let inconclusive: Inconclusive | undefined;
  const others: Failure[] = [];
  const unconfirmed = budget.unconfirmed === true;

  try {
    lab.trim();
    const problem = await warmUp(trial);
    if (problem !== undefined && budget.expired()) throw problem;
    const judgements = new OutcomeJudgements(trial);
    while (schedules < budget.maxSchedules && !budget.expired()) {
      if (!strategy.begin()) break;
      const { execution, observation } = await runObserved(trial, strategy);
      schedules += 1;
      const conflicts = observation && conflictsOf(observation, scenario, execution);
      if (conflicts !== undefined) tally.addConflicts(conflicts);
      tally.add(lab.model, scenario.sessions, execution);
      budget.onExecution?.(execution, conflicts);
      const check = (schedules - 1) % determinismCheckEvery === 0;
      inconclusive =
        inconclusiveExecution(scenario, execution) ??
        (check ? await repetitionProblem(trial, execution, 'passes') : undefined);
      if (inconclusive !== undefined) break;
      const judgement = await judgements.judge(execution, !unconfirmed);
      if (judgement === undefined) continue;
      if (judgement.kind === 'explained') {
        example ??= { schedule: scheduleOf(execution.choices), witness: judgement.witness };
        continue;
      }
      inconclusive = await doubt(trial, execution, judgement, judgements, unconfirmed);
      if (inconclusive !== undefined || judgement.kind !== 'violation') break;
      const { violation } = judgement;
      const found = failureOf(scenario, execution, violation, unconfirmed);
      const confirmation = new Confirmation(async () =>
        unconfirmed ? judgements.confirm(execution, violation) : true,
      );
      const confirm = (): Promise<boolean> => confirmation.holds();
      if (budget.accepts === undefined || (await budget.accepts(found, confirm))) failure = found;
      else if (await confirm()) others.push(found);
      inconclusive = confirmation.inconclusive;
      if (failure !== undefined || inconclusive !== undefined || others.length >= maxOthers) break;
    }
  } catch (error) {
    inconclusive = inconclusiveError(lab, error, scenario);
  }
  const exhausted = failure === undefined && inconclusive === undefined && strategy.exhausted === true;
  const { classes } = strategy;
  return {
    failure,
    others,
    inconclusive,
    schedules,
    exhausted,
    classes,
    tally: tally.counts,
    witness: example,
  };
}

/** Why an execution without a serial witness is no violation; undefined if it is one. */
async function doubt(
  trial: Trial,
  execution: LaneExecution,
  judgement: Exclude<Judgement, { kind: 'explained' }>,
  judgements: OutcomeJudgements,
  unconfirmed: boolean,
): Promise<Inconclusive | undefined> {
  // A differing step says more than a missing judgement.
  const problem = await repetitionProblem(trial, execution, 'violates');
  if (problem !== undefined) return problem;
  if (judgement.kind === 'undecided')
    return inconclusiveJudgement(trial.lab, trial.scenario, execution, judgement.reason);
  return unconfirmed ? undefined : judgements.secondOpinion(execution, judgement.violation);
}
