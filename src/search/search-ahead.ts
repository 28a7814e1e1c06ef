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

/** Scenarios drawn before fast-check comes to them, at most: enough to find one for each executor among repeated ones. */
const maxAhead = 100;

export class SearchAhead<E, T> {
  readonly #scenarios: (after: number) => Iterable<Scenario>;
  readonly #work: AheadWork<E, T>;
  /** Undefined until one is drawn. */
  #iterator: Iterator<Scenario> | undefined;
  #drawnAll = false;
  /** Scenarios that fast-check ran before anybody had joined. */
  #before = 0;
  /** Drawn so far, in fast-check's order, and not yet taken. */
  readonly #entries: Entry<T>[] = [];
  /** Of those, not yet begun. */
  readonly #waiting: Entry<T>[] = [];
  /** Of all that were drawn. */
  readonly #keys = new Set<string>();
  readonly #executors = new Set<E>();
  readonly #working = new Set<Promise<void>>();
  /** Executors that have nothing to do until fast-check has come further. */
  readonly #idle: (() => void)[] = [];
  #stopped = false;

  /** @param scenarios those that fast-check will run after the first N, in its order; drawn as they are needed */
  constructor(scenarios: (after: number) => Iterable<Scenario>, work: AheadWork<E, T>) {
    this.#scenarios = scenarios;
    this.#work = work;
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
    if (this.#executors.size === 0) {
      this.#before += 1;
      return undefined;
    }
    const entry = this.#entries[0] ?? this.#draw();
    this.#entries.shift();
    this.#wake();
    return entry?.key === canonicalText(scenario) ? entry.result : undefined;
  }

  /** Ends the searches that are under way; their results are dropped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const entry of this.#waiting.splice(0)) entry.settle(undefined);
    this.#wake();
    await Promise.all(this.#working);
  }

  #wake(): void {
    for (const wake of this.#idle.splice(0)) wake();
  }

  async #searchOn(executor: E): Promise<void> {
    while (!this.#stopped) {
      const entry = this.#next(executor);
      if (entry !== undefined) {
        const result = this.#work.search(entry.scenario, executor, () => this.#stopped);
        entry.settle(result);
        // Whoever takes it hears of it.
        await result.catch(() => {});
      } else if (this.#drawnAll) return;
      else await new Promise<void>((wake) => this.#idle.push(wake));
    }
  }

  /** The first scenario that is at home on this executor or nowhere, else the last of another. */
  #next(executor: E): Entry<T> | undefined {
    const { home, moves = false } = this.#work;
    const isOwn = ({ scenario }: Entry<T>): boolean => (home?.(scenario) ?? executor) === executor;
    const own = this.#waiting.findIndex(isOwn);
    if (own >= 0) return this.#waiting.splice(own, 1)[0];
    while (this.#entries.length < maxAhead) {
      const entry = this.#draw();
      if (entry === undefined) break;
      if (this.#waiting.at(-1) === entry && isOwn(entry)) return this.#waiting.pop();
    }
    return moves ? this.#waiting.pop() : undefined;
  }

  /** Undefined after the last. */
  #draw(): Entry<T> | undefined {
    this.#iterator ??= this.#scenarios(this.#before)[Symbol.iterator]();
    const { value: scenario, done } = this.#iterator.next();
    this.#drawnAll ||= done === true;
    if (done === true) return undefined;
    const entry = entryOf<T>(scenario);
    this.#entries.push(entry);
    // The same scenario once more goes on where the first one ended, and so is left to its turn.
    if (this.#stopped || this.#keys.has(entry.key)) entry.settle(undefined);
    else this.#waiting.push(entry);
    this.#keys.add(entry.key);
    return entry;
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
