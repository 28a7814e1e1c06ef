/**
 * Judges executions of one scenario: by the learned effects of each operation alone and, if these are not enough, by serial
 * orders run whole. A run is not called "not serializable" if it is a serial order itself, or if one of the serial orders
 * that are run whole gives its outcome.
 */
import type { Judgement } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { apparentViolation } from '../oracle/judge.ts';
import { variation } from '../oracle/uncontrolled.ts';
import type { JudgingOptions, Trial } from './trial.ts';
import { seenLater } from './later-second.ts';
import { maxWholeOrders, serialOrderOf, WholeOrders } from './whole-orders.ts';

/** Orders that are run whole before a violation is reported, at most: 2 sessions of 3 operations have 20. */
const maxConfirmingOrders = 24;

export class TrialJudge {
  readonly #trial: Trial;
  #whole: WholeOrders;
  /** Places whose moments were seen in another second. */
  readonly #settled = new Set<string>();
  /** Whether connections keep something that nothing shows: a whole order gave an outcome that was not learned. */
  #hiddenState = false;

  constructor(trial: Trial) {
    this.#trial = trial;
    this.#whole = new WholeOrders(trial);
  }

  async judge(execution: LaneExecution): Promise<Judgement> {
    return this.confirm(execution, await this.judgeUnconfirmed(execution));
  }

  /** A violation may turn out to be none: what was learned may be wrong, or too little for this scenario. */
  async judgeUnconfirmed(execution: LaneExecution): Promise<Judgement> {
    this.#trial.lab.places.doubted.clear();
    if (this.needsWholeOrders) return this.#byWholeOrders(execution);
    const judgement = await this.#byLearning(execution);
    if (judgement.kind === 'violation' && judgement.violation.kind !== 'not-serializable') return judgement;
    // Learning may have shown meanwhile that something is kept.
    return this.needsWholeOrders ? this.#byWholeOrders(execution) : judgement;
  }

  /** A violation stays one only if serial orders that are run whole do not give the outcome either. */
  async confirm(execution: LaneExecution, judgement: Judgement): Promise<Judgement> {
    if (judgement.kind !== 'violation' || judgement.violation.kind !== 'not-serializable') return judgement;
    try {
      if (await seenLater(this.#trial, execution, this.#settled)) {
        this.#whole = new WholeOrders(this.#trial);
        return await this.confirm(execution, await this.judgeUnconfirmed(execution));
      }
    } catch (error) {
      return variation(error);
    }
    if (this.needsWholeOrders || this.#hasSerialForm) return judgement;
    const serial = serialOrderOf(execution);
    const whole =
      serial === undefined ? await this.#whole.explain(execution, maxConfirmingOrders, false) : undefined;
    if (whole !== undefined && whole.kind !== 'explained') return judgement;
    // If it is explained after learning again, the first learning was wrong, and the second opinion says so.
    const fresh = await this.#byLearning(execution, this.#freshLearning());
    if (fresh.kind !== 'violation') return judgement;
    this.#hiddenState = true;
    this.#trial.lab.hiddenState = true;
    return { kind: 'explained', witness: whole?.witness ?? { order: serial ?? [], without: [] } };
  }

  /**
   * Judges once more, after learning everything again: each transition was seen once, and that run may have gone wrong.
   * Whole orders were run twice each, so they are run again only if nothing is learned.
   */
  async again(execution: LaneExecution): Promise<Judgement> {
    if (!this.needsWholeOrders) {
      const judgement = await this.#byLearning(execution, this.#freshLearning());
      if (!this.needsWholeOrders) return judgement;
    }
    return new TrialJudge(this.#trial).judge(execution);
  }

  /** Whether some serial order gives what was observed. */
  async explains(execution: LaneExecution): Promise<boolean> {
    const wholly = this.needsWholeOrders || this.#trial.lab.hiddenState;
    const judgement = wholly ? this.judge(execution) : this.#byLearning(execution, { listed: false });
    return (await judgement).kind === 'explained';
  }

  #freshLearning(): JudgingOptions {
    return { oracle: this.#trial.lab.freshOracle(), listed: false };
  }

  /** If so, the serial form is the specification, and the code's own serial runs prove nothing. */
  get #hasSerialForm(): boolean {
    const { scenario, lab } = this.#trial;
    return scenario.sessions
      .flat()
      .some(({ operation }) => lab.model.operations[operation]?.serial !== undefined);
  }

  /** Whether operations run alone are not enough to judge this scenario. */
  get needsWholeOrders(): boolean {
    return this.#hiddenState || this.#trial.lab.alone.keeps(this.#trial.scenario);
  }

  async #byWholeOrders(execution: LaneExecution): Promise<Judgement> {
    const observed = { answers: execution.answers, state: execution.final };
    const apparent = apparentViolation(this.#trial.lab.model, this.#trial.scenario, observed);
    if (apparent !== undefined) return { kind: 'violation', violation: apparent };
    const serial = serialOrderOf(execution);
    if (serial !== undefined) return { kind: 'explained', witness: { order: serial, without: [] } };
    return this.#whole.explain(execution, maxWholeOrders, true);
  }

  #byLearning(execution: LaneExecution, options?: JudgingOptions): Promise<Judgement> {
    return this.#trial.judge(execution, options);
  }
}
