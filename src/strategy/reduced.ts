/**
 * One schedule of each class of equivalent ones, few preemptions first: dynamic partial-order reduction. As in optimal
 * DPOR (Abdulla, Aronis, Jonsson and Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014), every race of every
 * execution is run the other way round, after all that does not follow its first step. Unlike there, what was run is
 * kept as a set of events instead of sleep sets and wake-up trees along a depth-first search: a beginning that some
 * trace covers is not run, so no trace is run twice, and the order of the search is free.
 */
import { defaultChoice, type ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { defaultMaxPlanned, Frontier } from './frontier.ts';
import { randomFrom } from './random.ts';
import type { Trace } from './trace.ts';
import { Unfolding, type Beginning, type Race } from './unfolding.ts';

export interface ReducedOptions {
  readonly sessions: number;
  /** Decides the order among beginnings with equally many preemptions. Default: always the same. */
  readonly seed?: string;
  /** At most so many traces and beginnings are kept; what does not fit is dropped, and then nothing is exhaustive. */
  readonly maxKept?: number;
}

/** Traces that are kept whole, to be looked at anew when more turns out to depend on more. */
const maxReviewed = 1_000;

export class Reduced implements Strategy {
  readonly #options: ReducedOptions;
  readonly #maxKept: number;
  #unfolding: Unfolding;
  /** Beginnings to be run. */
  readonly #frontier: Frontier<Beginning>;
  /** The races that each planned beginning is to reverse, by its key. */
  #races = new Map<string, Race[]>();
  #following: Beginning | undefined;
  /** The races of the beginning that is followed. */
  #turning: readonly Race[] = [];
  #reviewed: Trace[] = [];
  #started = false;
  #strayed = false;
  #distrusting = false;

  constructor(options: ReducedOptions) {
    this.#options = options;
    this.#maxKept = options.maxKept ?? defaultMaxPlanned;
    this.#frontier = new Frontier(randomFrom(`reduced ${options.seed ?? ''}`), this.#maxKept);
    this.#unfolding = new Unfolding(options.sessions);
  }

  begin(): boolean {
    this.#strayed = false;
    if (!this.#started) {
      this.#started = true;
      return true;
    }
    this.#following = this.#take();
    return this.#following !== undefined;
  }

  choose(point: ChoicePoint): number {
    if (point.passedOver !== undefined) this.#frontier.leaveOut();
    const { order = [], next } = this.#following ?? {};
    const wanted = order[point.step];
    if (wanted === undefined) {
      const goesOn = next !== undefined && point.step === order.length && point.runnable.includes(next);
      return goesOn ? next : defaultChoice(point);
    }
    if (point.runnable.includes(wanted)) return wanted;
    this.#strayed = true;
    return defaultChoice(point);
  }

  learn(trace: Trace): 'contradiction' | undefined {
    if (this.#reviewed.length < maxReviewed) this.#reviewed.push(trace);
    let contradiction = false;
    if (trace.renewed) this.#review();
    else contradiction = this.#add(trace);
    this.#turning = [];
    // A step that could not be taken depends on one that it was taken to be independent of.
    if (this.#distrusting || (!contradiction && !this.#strayed)) return undefined;
    this.#distrusting = true;
    this.#review();
    return 'contradiction';
  }

  /** Whether the trace contradicts what was concluded from those before it. */
  #add(observed: Trace): boolean {
    const trace = this.#distrusting ? allDependent(observed) : observed;
    const { reversals, contradiction } = this.#unfolding.add(trace);
    for (const beginning of reversals) this.#plan(beginning);
    return this.#inVain(trace) || contradiction;
  }

  /**
   * A step that only waits for a lock does not come before the one that gives the lock back. When it did not come before
   * any of those that may have taken the lock either, it is not known who did.
   */
  #inVain(trace: Trace): boolean {
    if (this.#turning.length === 0 || this.#following === undefined) return false;
    const { order } = this.#following;
    const last = order.at(-1) ?? 0;
    const second = placeOf(trace, last, order.filter((session) => session === last).length);
    const covered = this.#unfolding.covers(this.#following);
    for (const race of this.#turning) {
      race.open -= 1;
      race.isOver ||= covered || second < placeOf(trace, race.session, race.nth);
    }
    return this.#turning.some((race) => race.open === 0 && !race.isOver);
  }

  /** What was concluded from fewer dependencies does not stand. */
  #review(): void {
    this.#unfolding = new Unfolding(this.#options.sessions);
    this.#frontier.clear();
    this.#races.clear();
    this.#turning = [];
    for (const trace of this.#reviewed) this.#add(trace);
  }

  #plan(beginning: Beginning): void {
    const { key, race } = beginning;
    const races = this.#races.get(key);
    if (races !== undefined) races.push(race);
    else if (this.#unfolding.covers(beginning)) race.isOver = true;
    else if (this.#unfolding.size >= this.#maxKept) this.#frontier.leaveOut();
    else if (this.#frontier.add(beginning, beginning.preemptions)) this.#races.set(key, [race]);
  }

  #take(): Beginning | undefined {
    for (;;) {
      const beginning = this.#frontier.take()?.entry;
      if (beginning === undefined) return undefined;
      this.#turning = this.#races.get(beginning.key) ?? [];
      this.#races.delete(beginning.key);
      if (!this.#unfolding.covers(beginning)) return beginning;
      for (const race of this.#turning) race.isOver = true;
    }
  }

  /** Whether every class of schedules there is has been run. */
  get exhausted(): boolean {
    return this.#started && !this.#frontier.isIncomplete && this.#frontier.planned === 0;
  }

  /** Classes of equivalent schedules that were run. */
  get classes(): number {
    return this.#unfolding.size;
  }

  /** Beginnings that are still to be run; more may come of them. */
  get planned(): number {
    return this.#frontier.planned;
  }

  /** Whether an observation contradicted the dependencies: from then on every step depends on every other. */
  get distrusting(): boolean {
    return this.#distrusting;
  }
}

/** The same steps, each of which depends on every other. */
function allDependent({ steps, renewed }: Trace): Trace {
  return { steps, renewed, dependent: () => true, instead: (first) => [first] };
}

/** Where the n-th step of a session stands; behind all others when there is none. */
function placeOf({ steps }: Trace, session: number, nth: number): number {
  let count = 0;
  const place = steps.findIndex((step) => step.session === session && (count += 1) === nth);
  return place < 0 ? steps.length : place;
}
