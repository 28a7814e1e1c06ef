/**
 * Judges executions of one scenario: by what was learned of each operation alone, and by serial orders run whole where
 * that is not enough. No run is called "not serializable" that is a serial order, or that one of the nearest serial orders
 * gives when it is run on the same connections.
 */
import type { Judgement } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { apparentViolation } from '../oracle/judge.ts';
import type { JudgingOptions, Trial } from './trial.ts';
import { maxWholeOrders, serialOrderOf, WholeOrders } from './whole-orders.ts';

/** Orders that are run whole before a violation is reported, at most: 2 sessions of 3 operations have 20. */
const maxConfirmingOrders = 24;

export class TrialJudge {
  readonly #trial: Trial;
  readonly #whole: WholeOrders;
  /** What was learned did not give what a whole order gives: connections keep something that nothing shows. */
  #misled = false;

  constructor(trial: Trial) {
    this.#trial = trial;
    this.#whole = new WholeOrders(trial);
  }

  async judge(execution: LaneExecution): Promise<Judgement> {
    return this.confirm(execution, await this.judgeUnconfirmed(execution));
  }

  /** A violation may turn out to be none: what was learned may be a slip, or not do for this scenario. */
  async judgeUnconfirmed(execution: LaneExecution): Promise<Judgement> {
    if (this.wholeOnly) return this.#byWholeOrders(execution);
    const judgement = await this.#byLearning(execution);
    if (judgement.kind === 'violation' && judgement.violation.kind !== 'not-serializable') return judgement;
    // What was learned meanwhile may have shown that something is kept.
    return this.wholeOnly ? this.#byWholeOrders(execution) : judgement;
  }

  /** A violation only if serial orders that are run whole do not give the outcome either. */
  async confirm(execution: LaneExecution, judgement: Judgement): Promise<Judgement> {
    if (judgement.kind !== 'violation' || judgement.violation.kind !== 'not-serializable') return judgement;
    if (this.wholeOnly || this.#hasSerialForm) return judgement;
    const serial = serialOrderOf(execution);
    const whole =
      serial === undefined ? await this.#whole.explain(execution, maxConfirmingOrders, false) : undefined;
    if (whole !== undefined && whole.kind !== 'explained') return judgement;
    // Learned once more, is it explained? Then what was learned first was a slip, and the second opinion says so.
    const fresh = await this.#byLearning(execution, this.#unlearned());
    if (fresh.kind !== 'violation') return judgement;
    this.#misled = true;
    this.#trial.lab.misled = true;
    return { kind: 'explained', witness: whole?.witness ?? { order: serial ?? [], without: [] } };
  }

  /**
   * Judges once more, after learning everything again: each transition was seen once, and a slip may have taught it. Whole
   * orders were run twice each, so they are run again only if nothing is learned.
   */
  async again(execution: LaneExecution): Promise<Judgement> {
    if (!this.wholeOnly) {
      const judgement = await this.#byLearning(execution, this.#unlearned());
      if (!this.wholeOnly) return judgement;
    }
    return new TrialJudge(this.#trial).judge(execution);
  }

  /** Whether some serial order gives what was observed. */
  async explains(execution: LaneExecution): Promise<boolean> {
    const wholly = this.wholeOnly || this.#trial.lab.misled;
    const judgement = wholly ? this.judge(execution) : this.#byLearning(execution, { listed: false });
    return (await judgement).kind === 'explained';
  }

  #unlearned(): JudgingOptions {
    return { oracle: this.#trial.lab.unlearnedOracle(), listed: false };
  }

  /** Then the serial form is the specification, and what the code itself does serially proves nothing. */
  get #hasSerialForm(): boolean {
    const { scenario, lab } = this.#trial;
    return scenario.sessions
      .flat()
      .some(({ operation }) => lab.model.operations[operation]?.serial !== undefined);
  }

  /** Whether what is learned of each operation alone does not do for this scenario. */
  get wholeOnly(): boolean {
    return this.#misled || this.#trial.lab.alone.keeps(this.#trial.scenario);
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
