/**
 * Searches scenarios before fast-check comes to them, several at once, each on an executor. fast-check runs one property
 * execution at a time; it gets the results in its own order, so that what is gathered, which failure is the first and what
 * is shrunk do not depend on which executor was quicker.
 */
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';

export interface AheadWork<E, T> {
  /** @param cancelled true once nobody will ask for the result */
  readonly search: (scenario: Scenario, executor: E, cancelled: () => boolean) => Promise<T>;
  /** Where the search of a scenario began, so that it goes on there if it can. Default: nowhere yet. */
  readonly home?: (scenario: Scenario) => E | undefined;
  /**
   * Whether an executor that has nothing else to do takes a search that is at home on another: to run again what that one
   * has run of it takes less time than to be idle. Default false.
   */
  readonly moves?: boolean;
}

interface Entry<T> {
  readonly scenario: Scenario;
  readonly key: string;
  readonly result: Promise<T | undefined>;
  readonly settle: (result: Promise<T> | undefined) => void;
}

export class SearchAhead<E, T> {
  readonly #entries: readonly Entry<T>[];
  readonly #work: AheadWork<E, T>;
  /** Not yet begun, in fast-check's order. */
  readonly #waiting: Entry<T>[] = [];
  readonly #executors = new Set<E>();
  readonly #working = new Set<Promise<void>>();
  #taken = 0;
  #stopped = false;

  /** @param scenarios those that fast-check will run, in its order */
  constructor(scenarios: readonly Scenario[], work: AheadWork<E, T>) {
    this.#work = work;
    this.#entries = scenarios.map((scenario) => entryOf<T>(scenario));
    const keys = new Set<string>();
    for (const entry of this.#entries) {
      // The same scenario once more goes on where the first one ended, and so is left to its turn.
      if (keys.has(entry.key)) entry.settle(undefined);
      else this.#waiting.push(entry);
      keys.add(entry.key);
    }
  }

  /** Searches scenarios on this executor, too, one at a time. One that has joined may join again. */
  join(executor: E): void {
    if (this.#executors.has(executor)) return;
    this.#executors.add(executor);
    const working = this.#searchOn(executor);
    this.#working.add(working);
    void working.finally(() => this.#working.delete(working));
  }

  /** What came of the scenario that fast-check runs now; undefined if it was not searched ahead. */
  async take(scenario: Scenario): Promise<T | undefined> {
    const entry = this.#entries[this.#taken];
    this.#taken += 1;
    if (entry === undefined || entry.key !== canonicalText(scenario)) return undefined;
    // Before anybody has joined nothing is searched ahead: it is left to whoever takes it.
    const waiting = this.#executors.size === 0 ? this.#waiting.indexOf(entry) : -1;
    if (waiting < 0) return entry.result;
    this.#waiting.splice(waiting, 1);
    return undefined;
  }

  /** Ends the searches that are under way; their results are dropped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const entry of this.#waiting.splice(0)) entry.settle(undefined);
    await Promise.all(this.#working);
  }

  async #searchOn(executor: E): Promise<void> {
    for (let entry = this.#next(executor); entry !== undefined; entry = this.#next(executor)) {
      const result = this.#work.search(entry.scenario, executor, () => this.#stopped);
      entry.settle(result);
      // Whoever takes it hears of it.
      await result.catch(() => {});
    }
  }

  /** The first scenario that is at home on this executor or nowhere, else the last of another. */
  #next(executor: E): Entry<T> | undefined {
    if (this.#stopped) return undefined;
    const { home, moves = false } = this.#work;
    const own = this.#waiting.findIndex(({ scenario }) => (home?.(scenario) ?? executor) === executor);
    if (own >= 0) return this.#waiting.splice(own, 1)[0];
    return moves ? this.#waiting.pop() : undefined;
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
