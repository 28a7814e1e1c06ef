/**
 * A lab is where one model is run at one isolation level on one engine: the lane, and what the oracle has
 * learned there.
 */
import type { IsolationLevel } from '../core/isolation.ts';
import { guardedModel } from '../core/guarded-model.ts';
import { modelId, type Model, type Rows } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Setting } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import type { DatabaseState } from '../core/state.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { Driver } from '../driver/contract.ts';
import { Lane, type LaneExecution } from '../engine/lane.ts';
import type { Limits } from '../engine/limits.ts';
import type { ExecutionSetup } from '../engine/execution-setup.ts';
import type { Oracle } from '../oracle/judge.ts';
import type { NamingRules } from '../oracle/generated-columns.ts';
import { OperationsAlone } from './alone.ts';
import { namingRules } from './naming-rules.ts';

/** States and transitions remembered before the oracle starts anew. */
const maxLearnedStates = 50_000;
const maxSeeds = 200;

export class Lab {
  readonly model: Model;
  readonly lane: Lane;
  readonly limits: Limits;
  readonly oracle: Oracle;
  readonly rules: NamingRules;
  readonly setting: Setting;
  readonly alone: OperationsAlone;
  /** Serial orders run whole gave what operations run alone do not, and nothing kept was seen. */
  misled = false;
  readonly #seeds = new Map<string, DatabaseState>();

  private constructor(model: Model, lane: Lane, driver: string, limits: Limits, order: OrderRule) {
    this.model = guardedModel(model);
    this.lane = lane;
    this.limits = limits;
    this.rules = namingRules(lane.tables.catalog);
    this.alone = new OperationsAlone(this.model, lane, limits, this.rules);
    this.oracle = {
      model: this.model,
      learned: [this.alone.specification(), this.alone.specification()],
      rules: this.rules,
      order,
    };
    const { engine } = lane.database;
    this.setting = {
      model: modelId(model),
      driver,
      engine,
      isolation: lane.isolation,
      order,
      granularity: 'statement',
    };
  }

  static async open(
    driver: Driver,
    model: Model,
    isolation: IsolationLevel,
    limits: Limits,
    order: OrderRule,
    observed = true,
  ): Promise<Lab> {
    return new Lab(
      model,
      await Lane.open({ driver, model, isolation, observed, limits }),
      driver.kind,
      limits,
      order,
    );
  }

  /** An oracle that has learned nothing yet: what one slip taught the other it does not know. */
  unlearnedOracle(): Oracle {
    return { ...this.oracle, learned: [this.alone.specification(), this.alone.specification()] };
  }

  /**
   * The state that a scenario starts from.
   *
   * @throws Fault `bad-rows` when Postgres does not take the rows
   */
  async start(rows: Rows): Promise<DatabaseState> {
    const key = canonicalText(rows);
    let start = this.#seeds.get(key);
    if (start === undefined) {
      if (this.#seeds.size >= maxSeeds) this.#seeds.clear();
      start = await this.lane.seed(rows);
      this.#seeds.set(key, start);
    }
    return start;
  }

  /** Runs one execution of a scenario. */
  async run(
    scenario: Scenario,
    start: DatabaseState,
    choose: ExecutionSetup['choose'],
    watching: Pick<ExecutionSetup, 'watcher' | 'meanwhile'> = {},
  ): Promise<LaneExecution> {
    const { model, limits } = this;
    const plan = { model, sessions: scenario.sessions, choose, limits, ...watching };
    return this.lane.run(start, plan, true);
  }

  /** Operations run alone so far, to learn what they do. */
  get learnedAlone(): number {
    return this.oracle.learned.reduce((sum, { executions }) => sum + executions, 0);
  }

  /** Keeps memory flat over long runs. Only between scenarios: numbers of states become invalid. */
  trim(): void {
    for (const learned of this.oracle.learned) learned.trim(maxLearnedStates);
  }

  keepAlive(on: boolean): void {
    this.lane.keepAlive(on);
  }

  async close(): Promise<void> {
    await this.lane.close();
  }
}
