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
import { defaultChoice, scheduleOf } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Judgement, OrderRule } from '../core/verdict.ts';
import type { Driver } from '../driver/contract.ts';
import type { Kept } from '../engine/kept.ts';
import { Lane, type LaneExecution } from '../engine/lane.ts';
import type { Limits } from '../engine/limits.ts';
import { Observer } from '../footprint/observer.ts';
import type { Plan } from '../engine/plan.ts';
import { judge, type Oracle } from '../oracle/judge.ts';
import { LearnedSpecification, type AloneRun } from '../oracle/learned.ts';
import { Namer, Uncontrolled, type NamingRules } from '../oracle/naming.ts';
import { fixedTexts } from '../oracle/values.ts';
import { Replay } from '../strategy/replay.ts';
import { namingRules } from './naming-rules.ts';
import { transactionsIn } from './remembered-transactions.ts';
import { inSerialForm } from './serial-form.ts';
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

export interface JudgingOptions {
  /** Default: what was learned so far. */
  readonly oracle?: Oracle;
  /** Whether a violation lists what the serial orders give. Default true. */
  readonly listed?: boolean;
}

export class Lab {
  readonly model: Model;
  readonly lane: Lane;
  readonly limits: Limits;
  readonly oracle: Oracle;
  readonly rules: NamingRules;
  readonly setting: Setting;
  /** What operations, run alone, were seen to leave behind for later ones of their session: by operation, by its name. */
  readonly kept: Map<string, Map<string, Kept>> = new Map();
  /** Serial orders run whole gave what operations run alone do not, and nothing kept was seen. */
  misled = false;
  readonly #seeds = new Map<string, DatabaseState>();
  /** What is known here of the scenario that a strategy searches; as long-lived as the strategy. */
  readonly #observers = new WeakMap<Strategy, Observer>();

  private constructor(model: Model, lane: Lane, driver: string, limits: Limits, order: OrderRule) {
    this.model = guardedModel(model);
    this.lane = lane;
    this.limits = limits;
    this.rules = namingRules(lane.tables.catalog);
    this.oracle = {
      model: this.model,
      learned: [this.#learner(), this.#learner()],
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
      await Lane.open(driver, model, isolation, observed, limits),
      driver.kind,
      limits,
      order,
    );
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
      observer = new Observer(universe, { realTime });
      this.#observers.set(strategy, observer);
    }
    return observer;
  }

  #learner(): LearnedSpecification {
    return new LearnedSpecification(
      (from, call, memory, choices) => this.#runAlone(from, call, memory, choices),
      (from, call, a, b) => this.#agree(from, call, a, b),
    );
  }

  /** An oracle that has learned nothing yet: what one slip taught the other it does not know. */
  unlearnedOracle(): Oracle {
    return { ...this.oracle, learned: [this.#learner(), this.#learner()] };
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

  /**
   * Judges a finished execution. Where it is not exactly what some serial order gives, its schedule is run once more,
   * with sequences that start elsewhere, to see what is generated.
   */
  judge(
    scenario: Scenario,
    start: DatabaseState,
    execution: LaneExecution,
    { oracle = this.oracle, listed = true }: JudgingOptions = {},
  ): Promise<Judgement> {
    const again = (): Promise<LaneExecution> => this.again(scenario, start, execution);
    return judge(oracle, scenario, [start, this.lane.tables.moved(start)], execution, again, listed);
  }

  /**
   * Runs an execution's schedule once more, with sequences that start elsewhere.
   *
   * @throws Uncontrolled when it ends in another way
   */
  async again(scenario: Scenario, start: DatabaseState, execution: LaneExecution): Promise<LaneExecution> {
    const replay = new Replay(scheduleOf(execution.choices), 'lenient');
    const moved = this.lane.tables.moved(start);
    const again = await this.run(scenario, moved, (point) => replay.choose(point));
    if (again.end.kind === execution.end.kind) return again;
    throw new Uncontrolled(`the schedule: ${execution.end.kind}`, `the schedule: ${again.end.kind}`);
  }

  /** Runs one execution of a scenario. */
  async run(
    scenario: Scenario,
    start: DatabaseState,
    choose: Plan['choose'],
    watching: Pick<Plan, 'trace' | 'meanwhile'> = {},
  ): Promise<LaneExecution> {
    const { model, limits } = this;
    const plan = { model, sessions: scenario.sessions, choose, limits, ...watching };
    return this.lane.run(start, plan, true);
  }

  async #runAlone(
    from: DatabaseState,
    call: Call,
    memory: unknown,
    choices: readonly number[],
  ): Promise<AloneRun> {
    const { limits } = this;
    const { model, options } = inSerialForm(this.model, call.operation, choices);
    const execution = await this.lane.run(from, {
      model,
      sessions: [[call]],
      memories: [memory],
      choose: defaultChoice,
      limits,
      patient: true,
      noticeKept: true,
    });
    const kept = [...execution.kept, ...transactionsIn(execution.memories[0], execution.span)];
    if (kept.length > 0) this.#keep(call.operation, kept);
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
    const { final, span, memories } = execution;
    return { answer, memory: memories[0], final, span, options };
  }

  #keep(operation: string, kept: readonly Kept[]): void {
    const known = this.kept.get(operation) ?? new Map<string, Kept>();
    for (const each of kept) known.set(each.what, each);
    this.kept.set(operation, known);
  }

  /** Whether an operation of the scenario leaves something behind that a later one would find. */
  keeps({ sessions }: Scenario): boolean {
    if (this.kept.size === 0) return false;
    const all = sessions.flat();
    // A serial form leaves choices open, of which a whole run takes one.
    if (all.some(({ operation }) => this.model.operations[operation]?.serial !== undefined)) return false;
    const several = all.length > 1;
    return sessions.some((calls) =>
      calls.some(({ operation }, at) => {
        const kept = [...(this.kept.get(operation)?.values() ?? [])];
        return (kept.length > 0 && at + 1 < calls.length) || (several && kept.some(({ shared }) => shared));
      }),
    );
  }

  #agree(from: DatabaseState, call: Call, a: AloneRun, b: AloneRun): boolean {
    const reading = { fixed: fixedTexts(from, call.args), spans: [a.span, b.span] };
    const namer = new Namer({ ...this.rules, shifts: [] }, reading, [a.final, b.final]);
    try {
      namer.answer({ session: 0, operation: 0 }, a.answer, b.answer);
      namer.value('memory', a.memory, b.memory);
      for (const table of Object.keys(a.final.tables)) namer.table(table, a.final, b.final);
      return true;
    } catch (error) {
      if (error instanceof Uncontrolled) return false;
      throw error;
    }
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
