/** An experiment is one model under one set of options: it searches scenarios and writes down what comes of it. */
import fc from 'fast-check';
import { scenarioArbitrary, type ScenarioArbitrary } from '../arbitrary/scenario.ts';
import { largerBounds } from './larger-bounds.ts';
import { assertModel } from '../core/check-model.ts';
import { Fault } from '../core/fault.ts';
import type { Model } from '../core/model.ts';
import type { Counterexample } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Strategy } from '../strategy/contract.ts';
import { budgetOf, TimeBudget } from './budget.ts';
import { CheckLedger } from './check-ledger.ts';
import { counterexampleOf, diagnosis } from './counterexample.ts';
import { LockstepInconclusive, LockstepViolation } from './errors.ts';
import { explore, type Exploration } from './explore.ts';
import type { Failure } from './failure.ts';
import { hurrying } from './hurrying.ts';
import { Lab } from './lab.ts';
import { Labs } from './labs.ts';
import { minimalityOf, noMinimalitySearch, type MinimalitySearch } from './minimality-search.ts';
import type { CheckOptions, ResolvedOptions } from './options.ts';
import { assertExamples, resolveOptions } from './resolve-options.ts';
import { SearchAhead } from './search-ahead.ts';
import { Searches, strategyFor, type Search } from './search.ts';
import { Trial } from './trial.ts';

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
  readonly time: TimeBudget;
  ledger: CheckLedger = new CheckLedger();
  /**
   * `glance`: only the first schedules of each scenario are run; `rest`: a scenario goes on where the glance left it;
   * `whole`: each scenario is searched by itself, however often it comes.
   */
  sweep: 'glance' | 'rest' | 'whole' = 'whole';
  readonly #searches: Searches;
  readonly labs: Labs;
  /** Whether executions are observed; known once a lab is open. */
  #observed = false;
  #ahead: SearchAhead<Exploration | undefined> | undefined;

  /**
   * Which failures are confirmed: each, or only those at the two ends of shrinking. That leaves out up to a quarter of a
   * violation's executions; the caller has to confirm the last failure.
   */
  readonly confirms: 'each' | 'ends';

  /** Whether there is no number of scenarios, so that the budget says how many, and they grow. */
  readonly growing: boolean;

  constructor(
    model: Model,
    options: CheckOptions,
    growing = false,
    confirms: Experiment['confirms'] = 'each',
  ) {
    assertModel(model);
    this.confirms = confirms;
    this.model = model;
    this.options = resolveOptions(options, model);
    assertExamples(model, this.options.examples ?? []);
    this.growing = growing;
    this.scenarios = scenarioArbitrary(model, this.options, growing ? largerBounds(this.options) : []);
    this.time = new TimeBudget(this.options);
    const { engine, isolation, order, lanes, reduction } = this.options;
    const limits = hurrying(this.options.limits, () => this.time.over);
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
    this.#ahead = new SearchAhead(scenarios, atOnce, (scenario, cancelled) =>
      this.#explore(scenario, this.#searchOf(scenario), false, cancelled),
    );
  }

  /** Ends what {@link begin} began. */
  async end(): Promise<void> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    await ahead?.stop();
  }

  /** Searches one scenario; throws what fast-check should see. */
  async run(scenario: Scenario): Promise<void> {
    const { ledger, options } = this;
    const over = ledger.inconclusive !== undefined || ledger.fault !== undefined;
    if (over || (ledger.failure !== undefined && options.shrink === false)) return;
    try {
      const shrinking = ledger.failure !== undefined;
      if (this.time.aborted) return;
      if (!shrinking && ledger.scenarios > 0 && (this.time.expired || this.#enough())) return;
      await this.lab();
      const alone = shrinking || this.sweep === 'whole';
      const search = alone ? this.#searches.fresh(scenario) : this.#searchOf(scenario);
      if (!shrinking && !search.counted && this.#showsNoMore()) return;
      if (this.sweep === 'glance' && !shrinking) ledger.draw(search);
      const begun = alone ? undefined : await this.#ahead?.take(scenario);
      const result = begun ?? (await this.#explore(scenario, search, shrinking));
      if (result === undefined) return;
      ledger.add(result, scenario, search, shrinking);
      if (search.exhausted || this.sweep !== 'glance') this.#searches.end(search);
      else if (!shrinking) this.#searches.keep(search);
      options.onProgress?.({ scenarios: ledger.scenarios, schedules: ledger.schedules, shrinking });
      if (result.failure !== undefined) {
        // What lies ahead is never asked for: fast-check goes on with smaller scenarios.
        await this.end();
        const lab = await this.lab();
        await ledger.kinds.found(lab, result.failure);
        throw new LockstepViolation(this.counterexample(lab, result.failure));
      }
      if (ledger.inconclusive !== undefined) throw new LockstepInconclusive(ledger.inconclusive);
    } catch (error) {
      // A smaller scenario that the code under test does not take is no counterexample, and no reason to lose one.
      if (!(error instanceof Fault)) throw error;
      if (error.kind === 'usage' && ledger.failure !== undefined) return;
      ledger.fault = error;
      throw error;
    }
  }

  /** Undefined if nothing of the scenario is left to run. */
  async #explore(
    scenario: Scenario,
    search: Search,
    shrinking: boolean,
    cancelled: () => boolean = () => false,
  ): Promise<Exploration | undefined> {
    const maxSchedules = this.#left(search, shrinking);
    const { strategy } = search;
    if (maxSchedules <= 0 || strategy === undefined) return undefined;
    const { ledger, time } = this;
    const expired = (): boolean =>
      cancelled() || time.aborted || (!shrinking && ledger.scenarios > 0 && time.expired);
    return this.labs.use(async (lab) => {
      search.trial ??= await Trial.on(lab, scenario);
      const budget = shrinking
        ? budgetOf(maxSchedules, expired, ledger.kinds.on(lab), this.confirms === 'ends')
        : budgetOf(maxSchedules, expired);
      return explore(search.trial, strategy, budget);
    }, search.trial?.lab);
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

  /** Whether so many scenarios in a row showed nothing new that no other one is begun; those begun are searched on. */
  #showsNoMore(): boolean {
    const { ledger, options } = this;
    if (ledger.withoutNews >= (options.maxScenariosWithoutNews ?? Infinity))
      ledger.stoppedWithoutNews = ledger.withoutNews;
    return ledger.stoppedWithoutNews !== undefined;
  }

  #enough(): boolean {
    return this.ledger.schedules >= (this.options.maxTotalSchedules ?? Infinity);
  }

  /** @param search what was found about anything smaller; nothing was looked for by default */
  counterexample(lab: Lab, failure: Failure, search: MinimalitySearch = noMinimalitySearch): Counterexample {
    return counterexampleOf(this.model, lab, failure, minimalityOf(failure, search, this.ledger));
  }

  /** The counterexample with names, evidence and call sites: a few more executions. */
  async diagnosed(lab: Lab, failure: Failure, search?: MinimalitySearch): Promise<Counterexample> {
    const counterexample = this.counterexample(lab, failure, search);
    if (this.time.aborted) return { ...counterexample, ...(await diagnosis(lab, failure, lab, false)) };
    const observing = await this.#observing(lab);
    try {
      return { ...counterexample, ...(await diagnosis(lab, failure, observing, true)) };
    } finally {
      if (observing !== lab) await observing.close();
    }
  }

  /** A lab that observes: another one if this search did without, and the engine reports what statements touch. */
  async #observing(lab: Lab): Promise<Lab> {
    const { engine, isolation, limits, order } = this.options;
    if (lab.lane.observed || !lab.lane.database.capabilities.reportsPlans) return lab;
    return Lab.open(engine, this.model, isolation, limits, order, true);
  }

  property(): fc.IAsyncPropertyWithHooks<[Scenario]> {
    const property = fc.asyncProperty(this.scenarios, (scenario) => this.run(scenario));
    // `fc.sample` takes what has no `isAsync` of its own for an arbitrary, and draws other scenarios than `fc.check` does.
    property.isAsync = () => true;
    const generate = property.generate.bind(property);
    // fast-check generates only at the root, never while it shrinks: a failure seen before belongs to an earlier run.
    property.generate = (random, runId) => {
      const { failure, inconclusive, fault } = this.ledger;
      if (failure !== undefined || inconclusive !== undefined || fault !== undefined)
        this.ledger = new CheckLedger();
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
