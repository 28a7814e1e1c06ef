/**
 * Judges executions of one scenario: by what was learned of each operation alone, and by serial orders run whole where
 * that is not enough. No run is called "not serializable" that is a serial order, or that one of the nearest serial orders
 * gives when it is run on the same connections.
 */
import type { Scenario } from '../core/scenario.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Judgement } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { apparentViolation } from '../oracle/judge.ts';
import type { JudgingOptions, Lab } from './lab.ts';
import { maxWholeOrders, serialOrderOf, WholeOrders } from './whole-orders.ts';

/** Orders that are run whole before a violation is reported, at most: 2 sessions of 3 operations have 20. */
const maxConfirmingOrders = 24;

export class Judging {
  readonly #lab: Lab;
  readonly #scenario: Scenario;
  readonly #start: DatabaseState;
  readonly #whole: WholeOrders;
  /** What was learned did not give what a whole order gives: connections keep something that nothing shows. */
  #misled = false;

  constructor(lab: Lab, scenario: Scenario, start: DatabaseState) {
    this.#lab = lab;
    this.#scenario = scenario;
    this.#start = start;
    this.#whole = new WholeOrders(lab, scenario, start);
  }

  async judge(execution: LaneExecution): Promise<Judgement> {
    if (this.wholeOnly) return this.#byWholeOrders(execution);
    const judgement = await this.#byLearning(execution);
    if (judgement.kind === 'violation' && judgement.violation.kind !== 'not-serializable') return judgement;
    // What was learned meanwhile may have shown that something is kept.
    if (this.wholeOnly) return this.#byWholeOrders(execution);
    if (judgement.kind !== 'violation' || this.#hasSerialForm) return judgement;
    const serial = serialOrderOf(execution);
    const whole =
      serial === undefined ? await this.#whole.explain(execution, maxConfirmingOrders, false) : undefined;
    if (whole !== undefined && whole.kind !== 'explained') return judgement;
    // Learned once more, is it explained? Then what was learned first was a slip, and the second opinion says so.
    const fresh = await this.#byLearning(execution, this.#anew());
    if (fresh.kind !== 'violation') return judgement;
    this.#misled = true;
    this.#lab.misled = true;
    return { kind: 'explained', witness: whole?.witness ?? { order: serial ?? [], without: [] } };
  }

  /**
   * Judges once more, by what is learned anew: each transition was seen once, and a slip may have taught it. Whole orders
   * were run twice each, so they are run again only where nothing is learned.
   */
  async again(execution: LaneExecution): Promise<Judgement> {
    if (!this.wholeOnly) {
      const judgement = await this.#byLearning(execution, this.#anew());
      if (!this.wholeOnly) return judgement;
    }
    return new Judging(this.#lab, this.#scenario, this.#start).judge(execution);
  }

  /** Whether some serial order gives what was observed. */
  async explains(execution: LaneExecution): Promise<boolean> {
    const wholly = this.wholeOnly || this.#lab.misled;
    const judging = wholly ? this.judge(execution) : this.#byLearning(execution, { listed: false });
    return (await judging).kind === 'explained';
  }

  #anew(): JudgingOptions {
    return { oracle: this.#lab.unlearnedOracle(), listed: false };
  }

  /** Then the serial form is the specification, and what the code itself does serially proves nothing. */
  get #hasSerialForm(): boolean {
    return this.#scenario.sessions
      .flat()
      .some(({ operation }) => this.#lab.model.operations[operation]?.serial !== undefined);
  }

  /** Whether what is learned of each operation alone does not do for this scenario. */
  get wholeOnly(): boolean {
    return this.#misled || this.#lab.keeps(this.#scenario);
  }

  async #byWholeOrders(execution: LaneExecution): Promise<Judgement> {
    const observed = { answers: execution.answers, state: execution.final };
    const apparent = apparentViolation(this.#lab.model, this.#scenario, observed);
    if (apparent !== undefined) return { kind: 'violation', violation: apparent };
    const serial = serialOrderOf(execution);
    if (serial !== undefined) return { kind: 'explained', witness: { order: serial, without: [] } };
    return this.#whole.explain(execution, maxWholeOrders, true);
  }

  #byLearning(execution: LaneExecution, options?: JudgingOptions): Promise<Judgement> {
    return this.#lab.judge(this.#scenario, this.#start, execution, options);
  }
}
