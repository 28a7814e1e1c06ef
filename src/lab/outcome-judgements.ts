/** Judges the executions of a search, each outcome once: a search sees many schedules and few outcomes. */
import type { Inconclusive } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import type { Judgement, Violation } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { outcomeText } from '../oracle/judge.ts';
import { withoutReadings } from '../oracle/spans.ts';
import { relearnedTexts } from '../report/undecided-text.ts';
import { TrialJudge } from './trial-judge.ts';
import { inconclusiveJudgement } from './reasons.ts';
import type { Trial } from './trial.ts';

export class OutcomeJudgements {
  readonly #trial: Trial;
  readonly #judge: TrialJudge;
  /** Outcomes that some serial order gives, by key. */
  readonly #explained = new Set<string>();

  constructor(trial: Trial) {
    this.#trial = trial;
    this.#judge = new TrialJudge(trial);
  }

  /**
   * Undefined if an equal outcome was explained before.
   *
   * @param confirmed whether serial orders are run whole to confirm a violation
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
    if (this.#explained.has(key)) return undefined;
    const judgement = await (confirmed
      ? this.#judge.judge(execution)
      : this.#judge.judgeUnconfirmed(execution));
    if (judgement.kind === 'explained') this.#explained.add(key);
    return judgement;
  }

  /** Whether an unconfirmed violation is one. */
  async confirm(execution: LaneExecution, violation: Violation): Promise<boolean | Inconclusive> {
    const judgement = await this.#judge.confirm(execution, { kind: 'violation', violation });
    if (judgement.kind !== 'violation') return false;
    return (await this.secondOpinion(execution, violation)) ?? true;
  }

  /** An operation that gets stuck alone is no race: learning it fails. */
  async #learnFirstCalls(): Promise<void> {
    const { lab, scenario, start } = this.#trial;
    const [learned] = lab.oracle.learned;
    for (const [call] of scenario.sessions) {
      if (call !== undefined) await learned.apply(learned.number(start), call, lab.model.memory?.() ?? {});
    }
  }

  /**
   * The specification is learned as well, and each transition was seen once. So before a violation is reported, every
   * operation is learned again.
   */
  async secondOpinion(execution: LaneExecution, violation: Violation): Promise<Inconclusive | undefined> {
    if (violation.kind !== 'not-serializable') return undefined;
    const { lab, scenario } = this.#trial;
    const again = await this.#judge.again(execution);
    if (again.kind === 'violation') return undefined;
    if (again.kind === 'undecided') return inconclusiveJudgement(lab, scenario, execution, again.reason);
    return {
      kind: 'nondeterminism',
      setting: lab.setting,
      scenario,
      schedule: scheduleOf(execution.choices),
      step: undefined,
      ...relearnedTexts,
    };
  }

  /** Equal keys mean equal outcomes, apart from clock readings, judged in the same way. */
  #keyOf(execution: LaneExecution): string {
    const text = outcomeText(execution, this.#trial.lab.oracle.order);
    const key = withoutReadings(text, execution.span, () => this.#trial.fixed);
    return `${this.#judge.needsWholeOrders} ${key}`;
  }
}
