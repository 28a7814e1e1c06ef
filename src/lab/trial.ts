/**
 * A trial is one scenario standing on one lab: each of its executions starts from the same state. What its observer learns
 * is valid on that lab only, so a search keeps one trial from its first schedule to its last.
 */
import type { Scenario } from '../core/scenario.ts';
import { scheduleOf, type ChoicePoint, type Schedule } from '../core/schedule.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Judgement } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import type { ExecutionSetup } from '../engine/execution-setup.ts';
import { Observer } from '../footprint/observer.ts';
import type { SentStep } from '../footprint/sent.ts';
import type { Universe } from '../footprint/universe.ts';
import type { NamingBase } from '../oracle/comparison.ts';
import { judge, type Oracle } from '../oracle/judge.ts';
import { Uncontrolled } from '../oracle/uncontrolled.ts';
import { fixedTexts } from '../oracle/values.ts';
import { scheduleEndText } from '../report/undecided-text.ts';
import { Replay, type ReplayMode } from '../strategy/replay.ts';
import type { Lab } from './lab.ts';

export interface JudgingOptions {
  /** Default: the lab's, with everything learned so far. */
  readonly oracle?: Oracle;
  /** Whether a violation lists the outcomes of the serial orders. Default true. */
  readonly listed?: boolean;
}

export interface ReplayChoice extends Pick<ExecutionSetup, 'watcher' | 'meanwhile'> {
  /** Default `lenient`. */
  readonly mode?: ReplayMode;
  /** Default: the trial's start. */
  readonly from?: DatabaseState;
}

export class Trial {
  readonly lab: Lab;
  readonly scenario: Scenario;
  readonly start: DatabaseState;
  #observer: Promise<Observer | undefined> | undefined;

  private constructor(lab: Lab, scenario: Scenario, start: DatabaseState) {
    this.lab = lab;
    this.scenario = scenario;
    this.start = start;
  }

  /** @throws Fault `bad-rows` when Postgres does not take the starting rows */
  static async on(lab: Lab, scenario: Scenario): Promise<Trial> {
    return new Trial(lab, scenario, await lab.start(scenario.rows));
  }

  /** The start with its sequences moved, so that values from sequences differ from those of other executions. */
  get moved(): DatabaseState {
    return this.lab.lane.tables.moved(this.start);
  }

  /** Texts that no execution generates, since the scenario contains them. */
  get fixed(): ReadonlySet<string> {
    const args = this.scenario.sessions.flatMap((calls) => calls.flatMap((call) => call.args));
    return fixedTexts(this.start, args);
  }

  /** What is known about generated values before anything runs. */
  get naming(): NamingBase {
    return { rules: this.lab.rules, fixed: this.fixed, sessions: this.scenario.sessions };
  }

  /** Runs one execution. */
  run(
    choose: ExecutionSetup['choose'],
    watching: Pick<ExecutionSetup, 'watcher' | 'meanwhile'> = {},
  ): Promise<LaneExecution> {
    return this.lab.run(this.scenario, this.start, choose, watching);
  }

  /**
   * Runs a given schedule once.
   *
   * @throws DoesNotFit in mode `strict`, if the session that the schedule names next cannot go on
   */
  replay(
    schedule: Schedule,
    { mode = 'lenient', from = this.start, ...watching }: ReplayChoice = {},
  ): Promise<LaneExecution> {
    const replay = new Replay(schedule, mode);
    const choose = (point: ChoicePoint): number => replay.choose(point);
    return this.lab.run(this.scenario, from, choose, watching);
  }

  /**
   * Runs an execution's schedule once more, from {@link moved}.
   *
   * @throws Uncontrolled if it ends in another way
   */
  async again(execution: LaneExecution): Promise<LaneExecution> {
    const again = await this.replay(scheduleOf(execution.choices), { from: this.moved });
    if (again.end.kind === execution.end.kind) return again;
    throw new Uncontrolled(scheduleEndText(execution.end.kind), scheduleEndText(again.end.kind));
  }

  /**
   * Judges a finished execution by the learned effects of each operation alone. If it is not exactly what some serial order
   * gives, its schedule is run once more from {@link moved}, to see which values are generated.
   */
  judge(execution: LaneExecution, { oracle, listed = true }: JudgingOptions = {}): Promise<Judgement> {
    const { lab, scenario, start } = this;
    const again = (): Promise<LaneExecution> => this.again(execution);
    return judge(oracle ?? lab.oracle, scenario, [start, this.moved], execution, again, listed);
  }

  /** Holds the rows of the start, and later those of executions; undefined if the lab does not observe. */
  universe(): Promise<Universe | undefined> {
    return this.lab.lane.states.universe(this.start);
  }

  /** Knows what all executions of this trial touched; undefined if the lab does not observe. */
  observer(): Promise<Observer | undefined> {
    return (this.#observer ??= this.#observe());
  }

  async #observe(): Promise<Observer | undefined> {
    const universe = await this.universe();
    const { lab, scenario } = this;
    const onWindow = ({ session, operation }: SentStep): void => {
      const call = scenario.sessions[session]?.[operation];
      if (call !== undefined) lab.windows.add(call.operation);
    };
    return universe && new Observer(universe, { realTime: lab.setting.order === 'real-time', onWindow });
  }
}
