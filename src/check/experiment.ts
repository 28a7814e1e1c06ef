/** An experiment is one model under one set of options: it searches scenarios and gathers what comes of it. */
import fc from 'fast-check';
import { scenarioArbitrary, type ScenarioArbitrary } from '../arbitrary/scenario.ts';
import { largerBounds } from './larger-bounds.ts';
import { assertModel } from '../core/check-model.ts';
import { Fault } from '../core/fault.ts';
import type { Model } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Counterexample } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Strategy } from '../strategy/contract.ts';
import { Ahead } from './ahead.ts';
import { LockstepInconclusive, LockstepViolation } from './errors.ts';
import { explainFailure } from './explain.ts';
import { explore, type Budget, type Exploration, type Failure } from './explore.ts';
import { Gathered } from './gathered.ts';
import { hurrying } from './hurrying.ts';
import { Lab } from './lab.ts';
import { Labs } from './labs.ts';
import type { CheckOptions, ResolvedOptions } from './options.ts';
import { modelFileOf } from './model-file.ts';
import { formatReplayLine } from './replay-line.ts';
import { notLookedFor, type Looked } from './looked.ts';
import { assertExamples, resolveOptions } from './resolve-options.ts';
import { Searches, strategyFor, type Search } from './search.ts';

/**
 * Schedules of each scenario in a first glance over all of them: what a scenario can show, its first schedules mostly
 * show, and another scenario is worth more than the hundredth schedule of this one.
 */
const glanceSchedules = 16;

/** Scenarios whose searches are kept from the glance to the rest; each may hold a quarter of a megabyte. */
const maxKept = 200;

export class Experiment {
  readonly model: Model;
  readonly options: ResolvedOptions;
  /** Generates scenarios, and knows which are smaller. */
  readonly scenarios: ScenarioArbitrary;
  gathered: Gathered = new Gathered();
  /**
   * `glance`: only the first schedules of each scenario are run; `rest`: a scenario goes on where the glance left it;
   * `whole`: each scenario is searched by itself, however often it comes.
   */
  sweep: 'glance' | 'rest' | 'whole' = 'whole';
  readonly #searches: Searches;
  readonly #started: number = performance.now();
  readonly labs: Labs;
  /** Whether executions are observed; known once a lab is open. */
  #observed = false;
  #ahead: Ahead<Exploration | undefined> | undefined;

  /** Whether there is no number of scenarios, so that the budget says how many, and they grow. */
  readonly growing: boolean;

  constructor(model: Model, options: CheckOptions, growing = false) {
    assertModel(model);
    this.model = model;
    this.options = resolveOptions(options, model);
    assertExamples(model, this.options.examples ?? []);
    this.growing = growing;
    this.scenarios = scenarioArbitrary(model, this.options, growing ? largerBounds(this.options) : []);
    const { engine, isolation, order, lanes, reduction } = this.options;
    const limits = hurrying(this.options.limits, () => this.aborted || this.expired);
    const make = (scenario: Scenario): Strategy => strategyFor(this.options, scenario, this.#observed);
    this.#searches = new Searches(make, maxKept);
    this.labs = new Labs(() => Lab.open(engine, model, isolation, limits, order, reduction), lanes);
  }

  async lab(): Promise<Lab> {
    const lab = await this.labs.first();
    this.#observed = lab.lane.observed;
    return lab;
  }

  /** Begins to search these scenarios, which are about to be run in this order, on as many lanes as there may be. */
  async begin(scenarios: readonly Scenario[]): Promise<void> {
    const { database } = (await this.lab()).lane;
    const { lanes } = this.options;
    if (lanes === 1 || !database.capabilities.concurrentTransactions) return;
    // A search that goes on waits for the lab where it began: with some in reserve no lab is idle meanwhile.
    const atOnce = this.sweep === 'rest' ? lanes * 4 : lanes;
    this.#ahead = new Ahead(scenarios, atOnce, (scenario, cancelled) =>
      this.#explore(scenario, this.#searchOf(scenario), false, cancelled),
    );
  }

  /** Ends what {@link begin} began. */
  async end(): Promise<void> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    await ahead?.stop();
  }

  get aborted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  get expired(): boolean {
    const { timeBudgetMs } = this.options;
    return timeBudgetMs !== undefined && performance.now() - this.#started > timeBudgetMs;
  }

  /** Why nothing more is begun, in words; undefined while there is no reason. */
  get stopped(): string | undefined {
    if (this.aborted) return 'it was interrupted';
    return this.expired ? 'the time ended' : undefined;
  }

  /** Searches one scenario; throws what fast-check should see. */
  async run(scenario: Scenario): Promise<void> {
    const { gathered, options } = this;
    const over = gathered.inconclusive !== undefined || gathered.fault !== undefined;
    if (over || (gathered.failure !== undefined && options.shrink === false)) return;
    try {
      const shrinking = gathered.failure !== undefined;
      if (this.aborted) return;
      if (!shrinking && gathered.scenarios > 0 && (this.expired || this.#enough())) return;
      await this.lab();
      const alone = shrinking || this.sweep === 'whole';
      const search = alone ? this.#searches.fresh(scenario) : this.#searchOf(scenario);
      if (this.sweep === 'glance' && !shrinking) gathered.draw(search);
      const begun = alone ? undefined : await this.#ahead?.take(scenario);
      const result = begun ?? (await this.#explore(scenario, search, shrinking));
      if (result === undefined) return;
      this.#gather(result, scenario, search, shrinking);
      options.onProgress?.({ scenarios: gathered.scenarios, schedules: gathered.schedules, shrinking });
      if (result.failure !== undefined) {
        // What lies ahead is never asked for: fast-check goes on with smaller scenarios.
        await this.end();
        await gathered.kinds.found(await this.lab(), result.failure);
        throw new LockstepViolation(await this.counterexample(await this.lab(), result.failure));
      }
      if (gathered.inconclusive !== undefined) throw new LockstepInconclusive(gathered.inconclusive);
    } catch (error) {
      // A smaller scenario that the code under test does not take is no counterexample, and no reason to lose one.
      if (!(error instanceof Fault)) throw error;
      if (error.kind === 'usage' && gathered.failure !== undefined) return;
      gathered.fault = error;
      throw error;
    }
  }

  /** Undefined where nothing of the scenario is left to run. */
  async #explore(
    scenario: Scenario,
    search: Search,
    shrinking: boolean,
    cancelled: () => boolean = () => false,
  ): Promise<Exploration | undefined> {
    const maxSchedules = this.#left(search, shrinking);
    const { strategy } = search;
    if (maxSchedules <= 0 || strategy === undefined) return undefined;
    const budget: Budget = {
      maxSchedules,
      expired: () =>
        cancelled() || this.aborted || (!shrinking && this.gathered.scenarios > 0 && this.expired),
    };
    return this.labs.use((lab) => {
      search.lab = lab;
      return explore(
        lab,
        scenario,
        strategy,
        shrinking ? { ...budget, ...this.gathered.kinds.on(lab) } : budget,
      );
    }, search.lab);
  }

  /** Where the search of a scenario stands: it goes on there when the scenario comes up again. */
  #searchOf(scenario: Scenario): Search {
    return this.sweep === 'rest' ? this.#searches.resume(scenario) : this.#searches.of(scenario);
  }

  /** Schedules that may still be run of a scenario now. */
  #left(search: Search, shrinking: boolean): number {
    if (search.exhausted) return 0;
    const { maxSchedules, maxSchedulesPerShrink } = this.options;
    if (shrinking) return maxSchedulesPerShrink;
    return (
      (this.sweep === 'glance' ? Math.min(glanceSchedules, maxSchedules) : maxSchedules) - search.schedules
    );
  }

  #enough(): boolean {
    return this.gathered.schedules >= (this.options.maxTotalSchedules ?? Infinity);
  }

  #gather(result: Exploration, scenario: Scenario, search: Search, shrinking: boolean): void {
    const { gathered } = this;
    gathered.schedules += result.schedules;
    gathered.interacted.merge(result.interacted);
    if (shrinking) {
      if (result.failure === undefined) {
        gathered.smallerTried += 1;
        if (result.exhausted && result.others.length === 0) gathered.smallerExhausted += 1;
      } else {
        gathered.smallerTried = 0;
        gathered.smallerExhausted = 0;
      }
    } else {
      if (!search.counted) gathered.scenarios += 1;
      search.counted = true;
      if (result.exhausted) gathered.exhaustive += 1;
      gathered.reduced += (result.classes === undefined ? 0 : 1) - (search.classes === undefined ? 0 : 1);
      gathered.classes += (result.classes ?? 0) - (search.classes ?? 0);
      search.classes = result.classes;
    }
    search.schedules += result.schedules;
    search.exhausted = result.exhausted;
    if (result.exhausted && result.failure === undefined && result.others.length === 0)
      gathered.passed.set(canonicalText(scenario), search.schedules);
    if (search.exhausted || this.sweep !== 'glance') search.strategy = undefined;
    else if (!shrinking) this.#searches.keep(search);
    if (result.witness !== undefined) gathered.witness ??= { scenario, ...result.witness };
    // A smaller scenario without a verdict does not take the failure back.
    if (result.inconclusive !== undefined && gathered.failure === undefined)
      gathered.inconclusive = result.inconclusive;
    if (result.failure === undefined) return;
    gathered.schedulesToFirstFailure ??= gathered.schedules;
    gathered.failure = result.failure;
  }

  /** @param looked what was found about anything smaller; nothing was looked for by default */
  async counterexample(lab: Lab, failure: Failure, looked: Looked = notLookedFor): Promise<Counterexample> {
    const { neighbours } = looked;
    const { setting } = lab;
    return {
      setting,
      modelFile: modelFileOf(this.model),
      promise: this.model.promise,
      scenario: failure.scenario,
      schedule: failure.schedule,
      history: failure.history,
      answers: failure.answers,
      violation: failure.violation,
      minimality: {
        preemptions: failure.preemptions,
        fewerPreemptionsPass: looked.pass,
        fewerRun: looked.run,
        shrunk: looked.shrunk,
        smallerScenariosTried: this.gathered.smallerTried,
        smallerScenariosExhausted: this.gathered.smallerExhausted,
        certified: looked.pass && neighbours?.open.length === 0 && (neighbours.otherwise ?? 0) === 0,
        ...(looked.otherwise === true ? { fewerFailOtherwise: true } : {}),
        neighbours,
      },
      replay: formatReplayLine(setting, failure.scenario, failure.schedule),
    };
  }

  /** With names and evidence: a few more executions. */
  async explained(lab: Lab, failure: Failure, counterexample: Counterexample): Promise<Counterexample> {
    if (this.aborted) return counterexample;
    const { observing, close } = await this.#observing(lab);
    try {
      return { ...counterexample, explanation: await explainFailure(lab, failure, observing) };
    } finally {
      await close();
    }
  }

  /** A lab whose sessions are told what they touch: another one where this search did without, and the engine can tell. */
  async #observing(lab: Lab): Promise<{ readonly observing: Lab; readonly close: () => Promise<void> }> {
    const { engine, isolation, limits, order } = this.options;
    if (lab.lane.observed || !lab.lane.database.capabilities.tellsPlans)
      return { observing: lab, close: async () => {} };
    const observing = await Lab.open(engine, this.model, isolation, limits, order, true);
    return { observing, close: () => observing.close() };
  }

  property(): fc.IAsyncPropertyWithHooks<[Scenario]> {
    const property = fc.asyncProperty(this.scenarios, (scenario) => this.run(scenario));
    const generate = property.generate.bind(property);
    // fast-check generates only at the root, never while it shrinks: a failure seen before belongs to an earlier run.
    property.generate = (random, runId) => {
      const { failure, inconclusive, fault } = this.gathered;
      if (failure !== undefined || inconclusive !== undefined || fault !== undefined)
        this.gathered = new Gathered();
      this.scenarios.drawing(runId ?? 0);
      return generate(random, runId);
    };
    return property;
  }

  async close(): Promise<void> {
    await this.end();
    await this.labs.close();
  }
}
