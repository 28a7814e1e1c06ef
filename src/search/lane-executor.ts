/** Searches scenarios on a lab of this process, which it owns. */
import type { IsolationLevel } from '../core/isolation.ts';
import type { Model } from '../core/model.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { Driver } from '../driver/contract.ts';
import type { Limits } from '../engine/limits.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Strategy } from '../strategy/contract.ts';
import { budgetOf } from './budget.ts';
import { explore, type Exploration } from './explore.ts';
import { limitsWithinBudget } from '../lab/limits-within-budget.ts';
import { Lab } from '../lab/lab.ts';
import { labRemarks } from '../lab/remarks.ts';
import type { ExecutorAccount, ScenarioExecutor, Stint } from './scenario-executor.ts';
import { strategyFor, type StrategyChoice } from './strategies.ts';
import { Trial } from '../lab/trial.ts';

/** Searches that are kept to go on later; each may hold a quarter of a megabyte. */
const maxKept = 200;

/** A search that can go on: what the strategy knows, and the trial on which it was observed. */
interface KeptSearch {
  readonly trial: Trial;
  readonly strategy: Strategy;
}

/** Where a lane runs, and how it searches there. */
export interface LaneOptions extends StrategyChoice {
  readonly engine: Driver;
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
  /** Whether statements are observed, and schedules left out that are equivalent to one already run. */
  readonly reduction: boolean;
  readonly limits: Limits;
}

export class LaneExecutor implements ScenarioExecutor {
  readonly lab: Lab;
  readonly #options: LaneOptions;
  /** By the canonical text of the scenario. */
  readonly #kept = new Map<string, KeptSearch>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(lab: Lab, options: LaneOptions) {
    this.lab = lab;
    this.#options = options;
  }

  /** @param isOver whether the time of the check is over: a statement without a reply is then given up soon */
  static async open(model: Model, options: LaneOptions, isOver: () => boolean): Promise<LaneExecutor> {
    const limits = limitsWithinBudget(options.limits, isOver);
    const lab = await Lab.open(model, { ...options, limits, observed: options.reduction });
    return new LaneExecutor(lab, options);
  }

  get account(): ExecutorAccount {
    return { learned: this.lab.executionsAlone, remarks: labRemarks(this.lab), made: this.lab.made };
  }

  strategyFor(scenario: Scenario): Strategy {
    return strategyFor(this.#options, scenario, this.lab.lane.observed);
  }

  /** One search after another; while one runs, the lab keeps the process alive. */
  explore(stint: Stint, cancelled: () => boolean): Promise<Exploration> {
    const search = this.#last.then(async () => {
      this.lab.keepAlive(true);
      try {
        return await this.#explore(stint, cancelled);
      } finally {
        this.lab.keepAlive(false);
      }
    });
    // Whoever asked for it hears of it.
    this.#last = search.catch(() => {});
    return search;
  }

  async #explore(stint: Stint, cancelled: () => boolean): Promise<Exploration> {
    const { scenario, after, maxSchedules, goesOn } = stint;
    const key = canonicalText(scenario);
    const kept = after > 0 ? this.#kept.get(key) : undefined;
    this.#kept.delete(key);
    const search = kept ?? {
      trial: await Trial.on(this.lab, scenario),
      strategy: this.strategyFor(scenario),
    };
    if (kept === undefined && after > 0) {
      const again = await explore(search.trial, search.strategy, budgetOf(after, cancelled));
      if (again.failure !== undefined || again.inconclusive !== undefined) return again;
    }
    const found = await explore(search.trial, search.strategy, budgetOf(maxSchedules, cancelled));
    if (goesOn && !found.exhausted && this.#kept.size < maxKept) this.#kept.set(key, search);
    return found;
  }

  async close(): Promise<void> {
    this.#kept.clear();
    await this.lab.close();
  }
}
