/** A lab is one model at one isolation level on one engine: a lane, and what the oracle has learned there. */
import type { IsolationLevel } from '../core/isolation.ts';
import { guardedModel } from '../core/guarded-model.ts';
import type { MadePlace } from '../core/made-place.ts';
import { modelId, type Model, type Rows } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Setting } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import type { DatabaseState } from '../core/state.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { Driver } from '../driver/contract.ts';
import { Lane, type LaneExecution } from '../engine/lane.ts';
import { currentHost, currentSession } from '../engine/outside.ts';
import { installHook } from '../source/hook/install.ts';
import type { ExecutionSetup } from '../engine/execution-setup.ts';
import { defaultLimits, type Limits } from '../engine/limits.ts';
import type { Oracle } from '../oracle/judge.ts';
import type { NamingRules } from '../oracle/generated-columns.ts';
import { Places } from '../oracle/places.ts';
import { OperationsAlone } from './alone.ts';
import { Meetings } from './meetings.ts';
import { namingRules } from './naming-rules.ts';

/** States that the oracle remembers; with more, it forgets them all and begins again. */
const maxLearnedStates = 50_000;
/** Starting states that are remembered; with more, they are seeded again. */
const maxSeeds = 200;

/** Where and how the scenarios of a model are run. */
export interface LabOptions {
  readonly engine: Driver;
  readonly isolation: IsolationLevel;
  /** Which serial orders may explain an outcome. Default `session`. */
  readonly order?: OrderRule;
  /** Default {@link defaultLimits}. */
  readonly limits?: Limits;
  /** Whether the lane observes what statements touch, if the engine reports it. Default true. */
  readonly observed?: boolean;
}

export class Lab {
  readonly model: Model;
  readonly lane: Lane;
  readonly limits: Limits;
  readonly oracle: Oracle;
  readonly rules: NamingRules;
  readonly places: Places = new Places();
  readonly #made = new Map<string, MadePlace>();
  readonly setting: Setting;
  readonly alone: OperationsAlone;
  readonly meetings: Meetings;
  /** Whether an operation depends on state that nothing shows: a serial order run whole gave another outcome. */
  hiddenState = false;
  /** Operations with statements into which others might come, if they were not one step. */
  readonly windows: Set<string> = new Set();
  readonly #seeds = new Map<string, DatabaseState>();

  private constructor(model: Model, lane: Lane, driver: string, limits: Limits, order: OrderRule) {
    this.model = guardedModel(model);
    this.lane = lane;
    this.limits = limits;
    this.meetings = new Meetings(this.model, lane, limits);
    this.rules = { ...namingRules(lane.tables.catalog), places: this.places };
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

  /**
   * Makes a database with the model's schema.
   *
   * @throws Fault `bad-schema` when Postgres refuses the schema
   */
  static async open(
    model: Model,
    { engine, isolation, order = 'session', limits = defaultLimits, observed = true }: LabOptions,
  ): Promise<Lab> {
    installHook(currentHost, currentSession);
    const lane = await Lane.open({ driver: engine, model, isolation, observed, limits });
    return new Lab(model, lane, engine.kind, limits, order);
  }

  /** An oracle that has learned nothing yet, and so repeats no mistake of the other. */
  freshOracle(): Oracle {
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
      start = await this.lane.states.seed(rows);
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
    const meetInProcess = this.meetings.of(scenario);
    const plan = { model, sessions: scenario.sessions, choose, limits, meetInProcess, ...watching };
    return this.lane.run(start, plan, true);
  }

  /** Places of values that the code made itself, as seen so far. */
  get made(): readonly MadePlace[] {
    return [...this.#made.values()];
  }

  note(made: readonly MadePlace[]): void {
    for (const place of made) this.#made.set(JSON.stringify(place), place);
  }

  /** Executions of single operations so far, to learn what they do. */
  get executionsAlone(): number {
    return this.oracle.learned.reduce((sum, { executions }) => sum + executions, 0);
  }

  /** Keeps memory flat over long runs. To be called between scenarios only: numbers of states become invalid. */
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
