/**
 * Searches scenarios before fast-check comes to them, several at once, each on a lane of its own. fast-check runs one
 * property execution at a time; it gets the results in its own order, so that what is gathered, which failure is the
 * first and what is shrunk do not depend on which lane was quicker.
 */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';

/** @param cancelled true once nobody will ask for the result */
export type ScenarioSearch<T> = (scenario: Scenario, cancelled: () => boolean) => Promise<T>;

interface Entry<T> {
  readonly scenario: Scenario;
  readonly key: string;
  readonly result: Promise<T | undefined>;
  readonly settle: (result: Promise<T> | undefined) => void;
}

export class SearchAhead<T> {
  readonly #entries: readonly Entry<T>[];
  readonly #search: ScenarioSearch<T>;
  readonly #working: Promise<unknown>;
  readonly #keys = new Set<string>();
  #begun = 0;
  #taken = 0;
  #stopped = false;

  /**
   * @param scenarios those that fast-check will run, in its order
   * @param atOnce searches under way at once
   */
  constructor(scenarios: readonly Scenario[], atOnce: number, search: ScenarioSearch<T>) {
    this.#search = search;
    this.#entries = scenarios.map((scenario) => entryOf<T>(scenario));
    this.#working = Promise.all(Array.from({ length: atOnce }, () => this.#work()));
  }

  /** What came of the scenario that fast-check runs now; undefined where it was not searched ahead. */
  async take(scenario: Scenario): Promise<T | undefined> {
    const entry = this.#entries[this.#taken];
    this.#taken += 1;
    if (entry === undefined || entry.key !== canonicalText(scenario)) return undefined;
    return entry.result;
  }

  /** Ends the searches that are under way; their results are dropped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let index = this.#begun; index < this.#entries.length; index = this.#begun) {
      this.#begun += 1;
      const entry = this.#entries[index];
      if (entry === undefined) return;
      // The same scenario once more goes on where the first one ended, and so has to wait for it.
      const again = this.#keys.has(entry.key);
      this.#keys.add(entry.key);
      if (this.#stopped || again) {
        entry.settle(undefined);
        continue;
      }
      const result = this.#search(entry.scenario, () => this.#stopped);
      entry.settle(result);
      // Whoever takes it hears of it.
      await result.catch(() => {});
    }
  }
}

function entryOf<T>(scenario: Scenario): Entry<T> {
  let settle!: Entry<T>['settle'];
  const result = new Promise<T | undefined>((resolve) => {
    settle = resolve;
  });
  result.catch(() => {});
  return { scenario, key: canonicalText(scenario), result, settle };
}
