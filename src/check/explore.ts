/**
 * Searches the schedules of one scenario: runs, judges, and re-runs what looks wrong. A violation is reported
 * only after the same scenario and schedule gave the same history from a clean state.
 */
import type { History } from '../core/history.ts';
import type { Answer } from '../core/model.ts';
import type { Inconclusive } from '../core/result.ts';
import { preemptionsOf, scheduleOf, type Schedule } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Judgement, Violation, Witness } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { outcomeText } from '../oracle/judge.ts';
import { withoutReadings } from '../oracle/tokens.ts';
import { fixedTexts } from '../oracle/values.ts';
import type { Strategy } from '../strategy/contract.ts';
import { Replay } from '../strategy/replay.ts';
import { Interacted } from './interacted.ts';
import { Judging } from './judging.ts';
import type { Lab } from './lab.ts';
import { conflictsOf, runObserved } from './observation.ts';
import { inconclusiveFrom, limitHit, withoutJudgement } from './reasons.ts';
import { historyDifference } from './same-history.ts';
import { warmUp } from './warm-up.ts';

/** A failing execution, confirmed by a second one. */
export interface Failure {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
  readonly preemptions: number;
  readonly history: History;
  readonly answers: readonly (readonly Answer[])[];
  readonly violation: Violation;
}

export interface Exploration {
  readonly failure: Failure | undefined;
  /** Failures that were not accepted, one for each outcome. */
  readonly others: readonly Failure[];
  readonly inconclusive: Inconclusive | undefined;
  /** Schedules run; re-runs not counted. */
  readonly schedules: number;
  /** Whether the strategy had nothing left to try. */
  readonly exhausted: boolean;
  /** Classes of equivalent schedules that the strategy has run so far; undefined where every schedule counts. */
  readonly classes: number | undefined;
  /** What the operations had to do with each other. */
  readonly interacted: Interacted;
  readonly witness: { readonly schedule: Schedule; readonly witness: Witness } | undefined;
}

export interface Budget {
  /** Schedules at most. */
  readonly maxSchedules: number;
  /** Asked between schedules: true ends the search. */
  readonly expired: () => boolean;
  /** Whether a failure is of the kind that is looked for: if not, the search goes on. Default: any is. */
  readonly accepts?: ((failure: Failure) => Promise<boolean>) | undefined;
}

/** Failures of other kinds that are put aside in one scenario; with more, its search ends. */
const maxOthers = 20;

/** Every so many schedules one is run twice, besides the first: nondeterminism may show late. */
const determinismCheckEvery = 100;

export async function explore(
  lab: Lab,
  scenario: Scenario,
  strategy: Strategy,
  budget: Budget,
): Promise<Exploration> {
  let schedules = 0;
  const interacted = new Interacted();
  let example: Exploration['witness'];
  let failure: Failure | undefined;
  let inconclusive: Inconclusive | undefined;
  // Executions with equal outcomes get equal judgements; most schedules end in one of few outcomes.
  const settled = new Set<string>();
  const others: Failure[] = [];

  try {
    lab.trim();
    const start = await lab.start(scenario.rows);
    const hindered = await warmUp(lab, scenario, start);
    if (hindered !== undefined && budget.expired()) throw hindered;
    const judging = new Judging(lab, scenario, start);
    const observer = await lab.observer(strategy, start);
    while (schedules < budget.maxSchedules && !budget.expired()) {
      if (!strategy.begin()) break;
      const { execution, observation } = await runObserved(lab, scenario, start, strategy, observer);
      schedules += 1;
      if (observation !== undefined) interacted.addConflicts(conflictsOf(observation, scenario, execution));
      interacted.add(lab.model, scenario.sessions, execution);
      const check = (schedules - 1) % determinismCheckEvery === 0;
      inconclusive =
        limitHit(scenario, execution) ??
        (check ? await rerun(lab, scenario, start, execution, 'passes') : undefined);
      if (inconclusive !== undefined) break;
      const judgement = await judgeOnce(judging, lab, scenario, start, execution, settled);
      if (judgement === undefined) continue;
      if (judgement.kind === 'explained') {
        example ??= { schedule: scheduleOf(execution.choices), witness: judgement.witness };
        continue;
      }
      if (judgement.kind === 'undecided') {
        // A step that differs says more than an outcome.
        inconclusive =
          (await rerun(lab, scenario, start, execution, 'violates')) ??
          withoutJudgement(lab, scenario, execution, judgement.reason);
        break;
      }
      inconclusive = await rerun(lab, scenario, start, execution, 'violates');
      inconclusive ??= await secondOpinion(judging, lab, scenario, execution, judgement.violation);
      if (inconclusive !== undefined) break;
      const found = failureOf(scenario, execution, judgement.violation);
      if (budget.accepts === undefined || (await budget.accepts(found))) failure = found;
      else others.push(found);
      if (failure !== undefined || others.length >= maxOthers) break;
      if (execution.end.kind === 'completed') settled.add(outcomeKey(lab, scenario, start, execution));
    }
  } catch (error) {
    inconclusive = inconclusiveFrom(lab, error, scenario);
  }
  const exhausted = failure === undefined && inconclusive === undefined && strategy.exhausted === true;
  const { classes } = strategy;
  return { failure, others, inconclusive, schedules, exhausted, classes, interacted, witness: example };
}

async function judgeOnce(
  judging: Judging,
  lab: Lab,
  scenario: Scenario,
  start: DatabaseState,
  execution: LaneExecution,
  settled: Set<string>,
): Promise<Judgement | undefined> {
  const [unawaited] = execution.unawaited;
  if (unawaited !== undefined) {
    const { session, operation } = unawaited;
    const statements = execution.unawaited
      .filter((each) => each.session === session && each.operation === operation)
      .map(({ text }) => text);
    return {
      kind: 'violation',
      violation: { kind: 'unawaited', where: { session, operation }, statements },
    };
  }
  if (execution.end.kind === 'stuck') {
    // Learned first: an operation that gets stuck alone is no race.
    const [learned] = lab.oracle.learned;
    for (const calls of scenario.sessions) {
      for (const call of calls.slice(0, 1)) {
        await learned.apply(learned.number(start), call, lab.model.memory?.() ?? {});
      }
    }
    return { kind: 'violation', violation: { kind: 'stuck', waits: execution.end.waits } };
  }
  const key = `${judging.wholeOnly} ${outcomeKey(lab, scenario, start, execution)}`;
  if (settled.has(key)) return undefined;
  const judgement = await judging.judge(execution);
  if (judgement.kind === 'explained') settled.add(key);
  return judgement;
}

/** Equal keys mean equal outcomes, but for readings of a clock. */
function outcomeKey(lab: Lab, scenario: Scenario, start: DatabaseState, execution: LaneExecution): string {
  return withoutReadings(outcomeText(execution, lab.oracle.order), execution.span, () =>
    fixedOf(scenario, start),
  );
}

/**
 * The specification is learned, too, and each transition was seen once: before a violation is reported, all that it
 * rests on is learned anew.
 */
async function secondOpinion(
  judging: Judging,
  lab: Lab,
  scenario: Scenario,
  execution: LaneExecution,
  violation: Violation,
): Promise<Inconclusive | undefined> {
  if (violation.kind !== 'not-serializable') return undefined;
  const again = await judging.again(execution);
  if (again.kind === 'violation') return undefined;
  if (again.kind === 'undecided') return withoutJudgement(lab, scenario, execution, again.reason);
  return {
    kind: 'nondeterminism',
    setting: lab.setting,
    scenario,
    schedule: scheduleOf(execution.choices),
    step: undefined,
    first: 'no serial order gave the outcome',
    second: 'run alone once more, an operation gave something else, and one does',
  };
}

function fixedOf({ sessions }: Scenario, start: DatabaseState): ReadonlySet<string> {
  return fixedTexts(
    start,
    sessions.flatMap((calls) => calls.flatMap((call) => call.args)),
  );
}

/** Where the server's processes cannot be held still: how often a schedule is tried until its history repeats. */
const triesWithoutStillness = 10;

/**
 * Runs the same schedule again; undefined when the history is the same. Where several sessions waited at once and
 * could not be held still, Postgres decided who went on first, and the same decision may take several tries. One that it
 * takes rarely may not come again: then it is enough that another one repeats, unless this one is to be reported.
 */
async function rerun(
  lab: Lab,
  scenario: Scenario,
  start: DatabaseState,
  execution: LaneExecution,
  what: 'passes' | 'violates',
): Promise<Inconclusive | undefined> {
  const schedule = scheduleOf(execution.choices);
  const fixed = fixedOf(scenario, start);
  const uncontrolled = lab.lane.database.stillness === undefined && severalWaited(execution.history);
  const seen = [execution];
  let difference: ReturnType<typeof historyDifference>;
  for (let tries = uncontrolled ? triesWithoutStillness : 1; tries > 0; tries -= 1) {
    const replay = new Replay(schedule, 'lenient');
    const again = await lab.run(scenario, start, (point) => replay.choose(point));
    const differences = seen.map((other) => historyDifference(other, again, lab.rules, fixed));
    const repeated = what === 'passes' ? differences : differences.slice(0, 1);
    if (repeated.includes(undefined)) return undefined;
    difference = differences[0];
    seen.push(again);
  }
  if (difference === undefined) return undefined;
  return { kind: 'nondeterminism', setting: lab.setting, scenario, schedule, ...difference };
}

function severalWaited(history: History): boolean {
  const waiting = new Set<number>();
  return history.some((event) => {
    if (event.kind === 'blocked') waiting.add(event.session);
    if (event.kind === 'unblocked') waiting.delete(event.session);
    return waiting.size > 1;
  });
}

function failureOf(scenario: Scenario, execution: LaneExecution, violation: Violation): Failure {
  return {
    scenario,
    schedule: scheduleOf(execution.choices),
    preemptions: preemptionsOf(execution.choices),
    history: execution.history,
    answers: execution.answers,
    violation,
  };
}
