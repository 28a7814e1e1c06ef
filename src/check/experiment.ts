/** An experiment is one model under one set of options: it searches scenarios and writes down what comes of it. */
import fc from 'fast-check';
import { scenarioArbitrary, type ScenarioArbitrary } from '../arbitrary/scenario.ts';
import { largerBounds } from './larger-bounds.ts';
import { assertModel } from '../core/check-model.ts';
import { withClients } from '../core/define-model.ts';
import { Fault } from '../core/fault.ts';
import type { Model } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';
import { budgetOf, TimeBudget } from '../search/budget.ts';
import { CheckLedger } from './check-ledger.ts';
import { counterexampleOf } from '../diagnosis/counterexample.ts';
import { LockstepInconclusive, LockstepViolation } from './errors.ts';
import { explore, type Exploration } from '../search/explore.ts';
import { Executors } from '../search/executors.ts';
import { Lab } from '../lab/lab.ts';
import { LaneExecutor } from '../search/lane-executor.ts';
import type { Sweep } from './news.ts';
import { minimalityOf, noMinimalitySearch } from '../diagnosis/minimality-search.ts';
import type { CheckOptions, ResolvedOptions } from './options.ts';
import { assertExamples, resolveOptions } from './resolve-options.ts';
import type { OpenHelper, ScenarioExecutor } from '../search/scenario-executor.ts';
import { SearchAhead } from '../search/search-ahead.ts';
import { freshSearch, Searches, type Search } from '../search/search.ts';
import { Trial } from '../lab/trial.ts';

/**
 * Schedules of each scenario in a first glance over all of them: what a scenario can show, its first schedules mostly
 * show, and another scenario is worth more than the hundredth schedule of this one.
 */
const glanceSchedules = 16;

/** Helpers begin after this many schedules without a failure: most races show sooner, and a process takes seconds to start. */
const schedulesBeforeHelpers = 64;

export class Experiment {
  readonly model: Model;
  readonly options: ResolvedOptions;
  /** Generates scenarios, and knows which are smaller. */
  readonly scenarios: ScenarioArbitrary;
  readonly time: TimeBudget;
  ledger: CheckLedger = new CheckLedger();
  sweep: Sweep = 'whole';
  readonly #searches = new Searches();
  readonly executors: Executors;
  #ahead: SearchAhead<ScenarioExecutor, Exploration | undefined> | undefined;

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
    helpers: readonly OpenHelper[] = [],
  ) {
    const checked = options.clients === undefined ? model : withClients(model, options.clients);
    assertModel(checked);
    this.confirms = confirms;
    this.model = checked;
    this.options = resolveOptions(options, model);
    assertExamples(model, this.options.examples ?? []);
    this.growing = growing;
    this.scenarios = scenarioArbitrary(model, this.options, growing ? largerBounds(this.options) : []);
    this.time = new TimeBudget(this.options);
    this.executors = new Executors({
      lane: () => LaneExecutor.open(this.model, this.options, () => this.time.over),
      lanes: this.options.lanes,
      helpers: helpers.map((open) => () => open(this.options.seed ?? '')),
    });
  }

  async lab(): Promise<Lab> {
    return (await this.executors.first()).lab;
  }

  /** Begins to search on as many executors as there may be: `count` scenarios, of which these come after the first N. */
  async begin(scenarios: (after: number) => Iterable<Scenario>, count: number): Promise<void> {
    await this.executors.openLanes(count);
    const ahead = new SearchAhead<ScenarioExecutor, Exploration | undefined>(scenarios, {
      search: (scenario, executor, cancelled) =>
        this.#explore(scenario, this.#searches.of(scenario), executor, cancelled),
      home: (scenario) => this.#searches.of(scenario).home,
      moves: this.executors.helped,
    });
    this.#ahead = ahead;
    this.#join();
  }

  /** One executor alone searches nothing ahead: what it began in vain would be all that it brings. */
  #join(): void {
    const { open } = this.executors;
    if (open.length > 1) for (const executor of open) this.#ahead?.join(executor);
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
    const over = ledger.inconclusive !== undefined || ledger.broken !== undefined;
    if (over || (ledger.failure !== undefined && options.shrink === false)) return;
    try {
      const shrinking = ledger.failure !== undefined;
      if (this.time.aborted) return;
      if (!shrinking && ledger.scenarios > 0 && (this.time.expired || this.#enough())) return;
      const first = await this.executors.first();
      const alone = shrinking || this.sweep === 'whole';
      const search = alone ? freshSearch() : this.#searches.of(scenario);
      if (!shrinking && this.#showsNoMore()) {
        // What lies ahead is not asked for.
        await this.end();
        return;
      }
      if (this.sweep === 'glance' && !shrinking) ledger.draw(search);
      const begun = alone ? undefined : await this.#ahead?.take(scenario);
      const explore = (): Promise<Exploration | undefined> =>
        this.#explore(scenario, search, search.home ?? first);
      let result = begun ?? (shrinking ? await this.#exploreSmaller(scenario, first) : await explore());
      while (result !== undefined) {
        ledger.add(result, scenario, search, shrinking);
        // It reads all that was counted: only if somebody asks.
        if (!shrinking && options.maxSchedulesWithoutNews !== undefined)
          ledger.news.add(this.sweep, scenario, result.schedules, ledger.tally);
        await this.#report(result, first.lab, shrinking);
        result = !shrinking && this.#goesOn() ? await explore() : undefined;
      }
    } catch (error) {
      if (error instanceof LockstepViolation || error instanceof LockstepInconclusive) throw error;
      // A smaller scenario that the code under test does not take is no counterexample, and no reason to lose one.
      if (error instanceof Fault && error.kind === 'usage' && ledger.failure !== undefined) return;
      ledger.broken = error;
      throw error;
    }
  }

  /** @throws what fast-check should see of the result */
  async #report({ failure }: Exploration, lab: Lab, shrinking: boolean): Promise<void> {
    const { ledger } = this;
    this.options.onProgress?.({ scenarios: ledger.scenarios, schedules: ledger.schedules, shrinking });
    if (failure !== undefined) {
      // What lies ahead is never asked for: fast-check goes on with smaller scenarios.
      await this.end();
      await ledger.kinds.add(lab, failure);
      const minimality = minimalityOf(failure, noMinimalitySearch, ledger);
      throw new LockstepViolation(counterexampleOf(this.model, lab, failure, minimality));
    }
    if (ledger.inconclusive !== undefined) throw new LockstepInconclusive(ledger.inconclusive);
    if (ledger.schedules >= schedulesBeforeHelpers && !shrinking)
      this.executors.openHelpers(() => this.#join());
  }

  /** Undefined if nothing of the scenario is left to run. */
  async #explore(
    scenario: Scenario,
    search: Search,
    executor: ScenarioExecutor,
    cancelled: () => boolean = () => false,
  ): Promise<Exploration | undefined> {
    const maxSchedules = this.#left(search);
    if (maxSchedules <= 0) return undefined;
    const { ledger, time } = this;
    search.home = executor;
    const goesOn = this.sweep === 'glance' || this.options.maxSchedulesWithoutNews !== undefined;
    const stint = { scenario, after: search.schedules, maxSchedules, goesOn };
    return executor.explore(
      stint,
      () => cancelled() || time.aborted || (ledger.scenarios > 0 && time.expired),
    );
  }

  /** A scenario that is smaller than a failure: what may be met there depends on what was found, so it stays here. */
  async #exploreSmaller(scenario: Scenario, executor: LaneExecutor): Promise<Exploration> {
    const { ledger, time, options } = this;
    const { lab } = executor;
    lab.keepAlive(true);
    try {
      const acceptance = ledger.kinds.acceptanceOn(lab);
      const unconfirmed = this.confirms === 'ends';
      const isOver = (): boolean => time.aborted;
      const budget = budgetOf(options.maxSchedulesPerShrink, isOver, acceptance, unconfirmed);
      return await explore(await Trial.on(lab, scenario), executor.strategyFor(scenario), budget);
    } finally {
      lab.keepAlive(false);
    }
  }

  /** Schedules that may be run of a scenario now, before anybody asks whether it goes on. */
  #left({ exhausted, schedules }: Search): number {
    if (exhausted) return 0;
    const { maxSchedules, maxSchedulesWithoutNews = Infinity } = this.options;
    if (this.sweep === 'glance') return Math.min(glanceSchedules, maxSchedules) - schedules;
    return Math.min(maxSchedulesWithoutNews, maxSchedules - schedules);
  }

  /** Whether the search of a scenario goes on in depth, as long as it has news. */
  #goesOn(): boolean {
    if (this.sweep === 'glance' || this.options.maxSchedulesWithoutNews === undefined) return false;
    return !this.time.over && !this.#showsNoMore();
  }

  /** Whether so many schedules of this sweep have shown nothing new that no other search begins or goes on. */
  #showsNoMore(): boolean {
    const { ledger, options, sweep } = this;
    const streak = ledger.news.streak(sweep);
    if (streak < (options.maxSchedulesWithoutNews ?? Infinity)) return false;
    if (sweep !== 'rest') ledger.stoppedWithoutNews ??= streak;
    return true;
  }

  #enough(): boolean {
    return this.ledger.schedules >= (this.options.maxTotalSchedules ?? Infinity);
  }

  /** @param run searches one scenario; throws what fast-check should see */
  property(
    run = (scenario: Scenario): Promise<void> => this.run(scenario),
  ): fc.IAsyncPropertyWithHooks<[Scenario]> {
    const property = fc.asyncProperty(this.scenarios, run);
    // `fc.sample` takes what has no `isAsync` of its own for an arbitrary, and draws other scenarios than `fc.check` does.
    property.isAsync = () => true;
    const generate = property.generate.bind(property);
    // fast-check generates only at the root, never while it shrinks: a failure seen before belongs to an earlier run.
    property.generate = (random, runId) => {
      const { failure, inconclusive, broken } = this.ledger;
      if (failure !== undefined || inconclusive !== undefined || broken !== undefined)
        this.ledger = new CheckLedger();
      this.scenarios.drawing(runId ?? 0);
      return generate(random, runId);
    };
    return property;
  }

  async close(): Promise<void> {
    await this.end();
    await this.executors.close();
  }
}
