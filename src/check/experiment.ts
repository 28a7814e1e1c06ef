/** An experiment is one model under one set of options: it searches scenarios and gathers what comes of it. */
import fc from 'fast-check';
import { scenarioArbitrary } from '../arbitrary/scenario.ts';
import { Fault } from '../core/fault.ts';
import type { Model } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Counterexample } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import { Automatic } from '../strategy/automatic.ts';
import type { Strategy } from '../strategy/contract.ts';
import { Pct } from '../strategy/pct.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import { Systematic } from '../strategy/systematic.ts';
import { LockstepInconclusive, LockstepViolation } from './errors.ts';
import { explainFailure } from './explain.ts';
import { explore, type Budget, type Exploration, type Failure } from './explore.ts';
import { Gathered } from './gathered.ts';
import { Lab } from './lab.ts';
import { resolveOptions, type CheckOptions, type ResolvedOptions } from './options.ts';
import { formatReplayLine } from './replay-line.ts';

/** How far one scenario has been searched. */
interface Search {
  /** Gone when nothing is left to run: what it has planned is worth its memory only until then. */
  strategy: Strategy | undefined;
  schedules: number;
  exhausted: boolean;
}

/**
 * Schedules of each scenario in a first glance over all of them: what a scenario can show, its first schedules mostly
 * show, and another scenario is worth more than the hundredth schedule of this one.
 */
const glanceSchedules = 16;

const notLookedFor = { pass: false, run: 0, shrunk: false };

export class Experiment {
  readonly model: Model;
  readonly options: ResolvedOptions;
  gathered: Gathered = new Gathered();
  /**
   * `glance`: only the first schedules of each scenario are run; `rest`: a scenario goes on where the glance left it;
   * `whole`: each scenario is searched by itself, however often it comes.
   */
  sweep: 'glance' | 'rest' | 'whole' = 'whole';
  readonly #searches: Map<string, Search> = new Map();
  readonly #started: number = performance.now();
  #lab: Promise<Lab> | undefined;

  constructor(model: Model, options: CheckOptions) {
    this.model = model;
    this.options = resolveOptions(options);
  }

  lab(): Promise<Lab> {
    const { engine, isolation, limits, order, reduction } = this.options;
    this.#lab ??= Lab.open(engine, this.model, isolation, limits, order, reduction);
    return this.#lab;
  }

  get aborted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  get expired(): boolean {
    const { timeBudgetMs } = this.options;
    return timeBudgetMs !== undefined && performance.now() - this.#started > timeBudgetMs;
  }

  /** Searches one scenario; throws what fast-check should see. */
  async run(scenario: Scenario): Promise<void> {
    const { gathered, options } = this;
    if (gathered.inconclusive !== undefined || (gathered.failure !== undefined && options.shrink === false))
      return;
    const lab = await this.lab();
    lab.keepAlive(true);
    try {
      const shrinking = gathered.failure !== undefined;
      if (this.aborted) return;
      if (!shrinking && gathered.scenarios > 0 && (this.expired || this.#enough())) return;
      const alone = shrinking || this.sweep === 'whole';
      const search = alone ? this.#freshSearch(lab, scenario) : this.#searchOf(lab, scenario);
      const maxSchedules = this.#left(search, shrinking);
      if (maxSchedules <= 0) return;
      const budget: Budget = {
        maxSchedules,
        expired: () => this.aborted || (!shrinking && gathered.scenarios > 0 && this.expired),
      };
      if (search.strategy === undefined) return;
      const result = await explore(lab, scenario, search.strategy, budget);
      this.#gather(result, scenario, search, shrinking);
      options.onProgress?.({ scenarios: gathered.scenarios, schedules: gathered.schedules, shrinking });
      if (result.failure !== undefined)
        throw new LockstepViolation(await this.counterexample(lab, result.failure));
      if (gathered.inconclusive !== undefined) throw new LockstepInconclusive(gathered.inconclusive);
    } catch (error) {
      // A smaller scenario that the code under test does not take is no counterexample, and no reason to lose one.
      if (error instanceof Fault && error.kind === 'usage' && gathered.failure !== undefined) return;
      throw error;
    } finally {
      lab.keepAlive(false);
    }
  }

  /** Where the search of a scenario stands: it goes on there when the scenario comes up again. */
  #searchOf(lab: Lab, scenario: Scenario): Search {
    const key = canonicalText(scenario);
    const known = this.#searches.get(key);
    if (known !== undefined) return known;
    const search = this.#freshSearch(lab, scenario);
    this.#searches.set(key, search);
    return search;
  }

  #freshSearch(lab: Lab, scenario: Scenario): Search {
    return { strategy: this.#strategy(lab, scenario), schedules: 0, exhausted: false };
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
    gathered.aborted += result.aborted;
    gathered.refused += result.refused;
    gathered.operations += result.operations;
    if (shrinking) {
      if (result.failure === undefined) {
        gathered.smallerTried += 1;
        if (result.exhausted) gathered.smallerExhausted += 1;
      } else {
        gathered.smallerTried = 0;
        gathered.smallerExhausted = 0;
      }
    } else {
      if (search.schedules === 0) gathered.scenarios += 1;
      if (result.exhausted) gathered.exhaustive += 1;
    }
    search.schedules += result.schedules;
    search.exhausted = result.exhausted;
    if (search.exhausted || this.sweep !== 'glance') search.strategy = undefined;
    if (result.witness !== undefined) gathered.witness ??= { scenario, ...result.witness };
    // A smaller scenario without a verdict does not take the failure back.
    if (result.inconclusive !== undefined && gathered.failure === undefined)
      gathered.inconclusive = result.inconclusive;
    if (result.failure === undefined) return;
    gathered.schedulesToFirstFailure ??= gathered.schedules;
    gathered.failure = result.failure;
  }

  #strategy(lab: Lab, scenario: Scenario): Strategy {
    const { maxSchedules } = this.options;
    const sessions = scenario.sessions.length;
    const { observed } = lab.lane;
    // The same scenario under the same seed is searched in the same way, wherever it comes from.
    const seed = `${this.options.seed ?? ''} ${canonicalText(scenario.sessions)}`;
    switch (this.options.strategy) {
      case 'automatic':
        return new Automatic({ seed, sessions, maxSchedules, observed });
      case 'exhaustive':
        return new Systematic({ seed, sessions, observed });
      case 'random':
        return new RandomWalk(seed);
      case 'pct':
        return new Pct({ seed, sessions, steps: 8 });
    }
  }

  /** @param fewer what was found about schedules with fewer preemptions; nothing was looked for by default */
  async counterexample(
    lab: Lab,
    failure: Failure,
    fewer: { readonly pass: boolean; readonly run: number; readonly shrunk: boolean } = notLookedFor,
  ): Promise<Counterexample> {
    const { setting } = lab;
    return {
      setting,
      promise: this.model.promise,
      scenario: failure.scenario,
      schedule: failure.schedule,
      history: failure.history,
      answers: failure.answers,
      violation: failure.violation,
      minimality: {
        preemptions: failure.preemptions,
        fewerPreemptionsPass: fewer.pass,
        fewerRun: fewer.run,
        shrunk: fewer.shrunk,
        smallerScenariosTried: this.gathered.smallerTried,
        smallerScenariosExhausted: this.gathered.smallerExhausted,
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
    const { minSessions, maxSessions, maxOperations } = this.options;
    const scenarios = scenarioArbitrary(this.model, { minSessions, maxSessions, maxOperations });
    const property = fc.asyncProperty(scenarios, (scenario) => this.run(scenario));
    const generate = property.generate.bind(property);
    // fast-check generates only at the root, never while it shrinks: a failure seen before belongs to an earlier run.
    property.generate = (random, runId) => {
      if (this.gathered.failure !== undefined || this.gathered.inconclusive !== undefined)
        this.gathered = new Gathered();
      return generate(random, runId);
    };
    return property;
  }

  async close(): Promise<void> {
    if (this.#lab === undefined) return;
    const lab = await this.#lab.catch(() => undefined);
    await lab?.close();
  }
}
