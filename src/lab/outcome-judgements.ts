/** Judges the executions of a search, each outcome once: most schedules end in one of few outcomes. */
import type { Inconclusive } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import type { Judgement, Violation } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { outcomeText } from '../oracle/judge.ts';
import { withoutReadings } from '../oracle/spans.ts';
import { TrialJudge } from './trial-judge.ts';
import { withoutJudgement } from './reasons.ts';
import type { Trial } from './trial.ts';

export class OutcomeJudgements {
  readonly #trial: Trial;
  readonly #judge: TrialJudge;
  /** Equal outcomes get equal judgements. */
  readonly #settled = new Set<string>();

  constructor(trial: Trial) {
    this.#trial = trial;
    this.#judge = new TrialJudge(trial);
  }

  /**
   * Undefined if this outcome was settled before.
   *
   * @param confirmed whether a violation is confirmed by serial orders that are run whole
   */
  async judge(execution: LaneExecution, confirmed: boolean): Promise<Judgement | undefined> {
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
      await this.#learnFirstCalls();
      return { kind: 'violation', violation: { kind: 'stuck', waits: execution.end.waits } };
    }
    const key = this.#keyOf(execution);
    if (this.#settled.has(key)) return undefined;
    const judgement = await (confirmed
      ? this.#judge.judge(execution)
      : this.#judge.judgeUnconfirmed(execution));
    if (judgement.kind === 'explained') this.#settled.add(key);
    return judgement;
  }

  /** Whether a violation that was judged without being confirmed is one. */
  async confirm(execution: LaneExecution, violation: Violation): Promise<boolean | Inconclusive> {
    const judgement = await this.#judge.confirm(execution, { kind: 'violation', violation });
    if (judgement.kind !== 'violation') return false;
    return (await this.secondOpinion(execution, violation)) ?? true;
  }

  /** An operation that gets stuck alone is no race. */
  async #learnFirstCalls(): Promise<void> {
    const { lab, scenario, start } = this.#trial;
    const [learned] = lab.oracle.learned;
    for (const [call] of scenario.sessions) {
      if (call !== undefined) await learned.apply(learned.number(start), call, lab.model.memory?.() ?? {});
    }
  }

  /**
   * The specification is learned, too, and each transition was seen once: before a violation is reported, all that it
   * rests on is learned again.
   */
  async secondOpinion(execution: LaneExecution, violation: Violation): Promise<Inconclusive | undefined> {
    if (violation.kind !== 'not-serializable') return undefined;
    const { lab, scenario } = this.#trial;
    const again = await this.#judge.again(execution);
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

  /** Equal keys mean equal outcomes, but for readings of a clock, judged in the same way. */
  #keyOf(execution: LaneExecution): string {
    const text = outcomeText(execution, this.#trial.lab.oracle.order);
    const key = withoutReadings(text, execution.span, () => this.#trial.fixed);
    return `${this.#judge.wholeOnly} ${key}`;
  }
}
