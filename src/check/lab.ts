/**
 * A lab is where one model is run at one isolation level on one engine: the lane, and what the oracle has
 * learned there.
 */
import { Fault } from '../core/fault.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import { guardedModel } from '../core/guarded-model.ts';
import { modelId, type Call, type Model, type Rows } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Setting } from '../core/result.ts';
import { defaultChoice, type Schedule } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import { largeObjects, type DatabaseState } from '../core/state.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { Driver } from '../driver/contract.ts';
import { Lane, type LaneExecution } from '../engine/lane.ts';
import type { Limits } from '../engine/limits.ts';
import { Observer } from '../footprint/observer.ts';
import type { Plan } from '../engine/plan.ts';
import type { Oracle } from '../oracle/judge.ts';
import { LearnedSpecification, type AloneRun } from '../oracle/learned.ts';
import { fixedTexts, Names, Renaming, type GeneratedColumns, type NamingRules } from '../oracle/renaming.ts';
import { sameAnswer, sameTables } from '../oracle/same.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from '../strategy/contract.ts';

/** Errors that JavaScript throws for mistakes in the code itself. */
const programmingErrors = new Set(['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError']);

/** An operation run alone did not end: there is nothing to compare with. */
export class NeverEnds extends Error {
  override readonly name = 'NeverEnds';
  readonly limit: string;
  readonly call: Call;

  constructor(call: Call, limit: string, detail: string) {
    super(detail);
    this.limit = limit;
    this.call = call;
  }
}

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
  readonly #seeds = new Map<string, DatabaseState>();
  /** What is known here of the scenario that a strategy searches; as long-lived as the strategy. */
  readonly #observers = new WeakMap<Strategy, Observer>();

  private constructor(model: Model, lane: Lane, driver: string, limits: Limits, order: OrderRule) {
    this.model = guardedModel(model);
    this.lane = lane;
    this.limits = limits;
    const { catalog } = lane.tables;
    const columns = catalog.tables.map((table) => [
      table.name,
      Object.fromEntries(table.columns.map((column) => [column.name, column.generated])),
    ]);
    const generated = Object.fromEntries(columns) as GeneratedColumns;
    // Their numbers come from a counter of the whole server.
    const objects: GeneratedColumns = { [largeObjects]: { loid: 'random' } };
    this.rules = { sequences: catalog.sequences, columns: { ...generated, ...objects } };
    this.oracle = { model: this.model, learned: this.#learner(), rules: this.rules, order };
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
    return new Lab(model, await Lane.open(driver, model, isolation, observed), driver.kind, limits, order);
  }

  /**
   * Who observes for this strategy; undefined if it does not learn or nothing can be observed. An observer asks the
   * database of this lab and knows rows by numbers of its own, so a search stays in the lab where it began.
   */
  async observer(strategy: Strategy, start: DatabaseState): Promise<Observer | undefined> {
    if (strategy.learn === undefined) return undefined;
    let observer = this.#observers.get(strategy);
    if (observer === undefined) {
      const universe = await this.lane.universe(start);
      if (universe === undefined) return undefined;
      const realTime = this.oracle.order === 'real-time';
      observer = new Observer(universe, { isolation: this.lane.isolation, realTime });
      this.#observers.set(strategy, observer);
    }
    return observer;
  }

  #learner(): LearnedSpecification {
    return new LearnedSpecification(
      (from, call, memory) => this.#runAlone(from, call, memory),
      (from, call, a, b) => this.#agree(from, call, a, b),
    );
  }

  /** An oracle that has learned nothing yet: what one slip taught the other it does not know. */
  unlearnedOracle(): Oracle {
    return { ...this.oracle, learned: this.#learner() };
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
    choose: (point: ChoicePoint) => number,
    watching: Pick<Plan, 'trace' | 'meanwhile'> = {},
  ): Promise<LaneExecution> {
    const { model, limits } = this;
    const plan = { model, sessions: scenario.sessions, choose, limits, ...watching };
    return this.lane.run(start, plan, true);
  }

  /** Deviations of an execution from the default rule. */
  static scheduleOf(execution: Pick<LaneExecution, 'choices'>): Schedule {
    return execution.choices
      .filter(({ point, chosen }) => chosen !== defaultChoice(point))
      .map(({ point, chosen }) => ({ step: point.step, session: chosen }));
  }

  async #runAlone(from: DatabaseState, call: Call, memory: unknown): Promise<AloneRun> {
    const { model, limits } = this;
    const execution = await this.lane.run(from, {
      model,
      sessions: [[call]],
      memories: [memory],
      choose: defaultChoice,
      limits,
    });
    const answer = execution.answers[0]?.[0];
    if (execution.end.kind === 'gave-up')
      throw new NeverEnds(call, execution.end.limit, execution.end.detail);
    if (execution.end.kind === 'stuck' || answer === undefined) {
      const detail = 'it awaits something that nobody will bring, outside the database';
      throw new NeverEnds(call, 'stuck', detail);
    }
    if (answer.kind === 'failed' && programmingErrors.has(answer.name)) {
      throw new Fault(
        `operation ${call.operation} of ${modelId(model)} throws ${answer.name} when run alone`,
        {
          code: 'operation-fails',
          kind: 'usage',
          detail: `${answer.message}; arguments ${canonicalText(call.args)}`,
          hint: 'this is a mistake in the code under test or in the model, not a race: run the operation by itself',
        },
      );
    }
    return { answer, memory: execution.memories[0], final: execution.final };
  }

  #agree(from: DatabaseState, call: Call, a: AloneRun, b: AloneRun): boolean {
    const fixed = fixedTexts(from, call.args);
    const names = {
      observed: new Names(this.rules, a.final, fixed),
      expected: new Names(this.rules, b.final, fixed),
    };
    const renaming = new Renaming(names.observed, names.expected);
    const same = sameAnswer(a.answer, b.answer, renaming) && renaming.value(a.memory, b.memory);
    return same && sameTables(a.final, b.final, renaming, names);
  }

  /** Keeps memory flat over long runs. Only between scenarios: numbers of states become invalid. */
  trim(): void {
    this.oracle.learned.trim(maxLearnedStates);
  }

  keepAlive(on: boolean): void {
    this.lane.keepAlive(on);
  }

  async close(): Promise<void> {
    await this.lane.close();
  }
}
