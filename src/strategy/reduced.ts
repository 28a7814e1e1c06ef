/**
 * One schedule of each class of equivalent ones, few preemptions first: dynamic partial-order reduction. As in optimal
 * DPOR (Abdulla, Aronis, Jonsson and Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014), every race of every
 * execution is run in the opposite order, after all steps that do not depend on its first one. Unlike there, the traces
 * that were run are kept as sets of events, in place of sleep sets and wake-up trees along a depth-first search: a
 * beginning that some trace covers is not run. So no trace is run twice, and the search may go in any order.
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
  /** The most traces and beginnings that are kept; others are dropped, and then nothing is exhaustive. Default 200,000. */
  readonly maxKept?: number;
}

/** Traces that are kept whole, to be reviewed when more steps turn out to depend on each other. */
const maxReviewed = 1_000;

export class Reduced implements Strategy {
  readonly #options: ReducedOptions;
  readonly #maxKept: number;
  #unfolding: Unfolding;
  /** Beginnings to run. */
  readonly #frontier: Frontier<Beginning>;
  /** The races that each planned beginning should reverse, by its key. */
  #races = new Map<string, Race[]>();
  #following: Beginning | undefined;
  /** The races of the current beginning. */
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
    // A step that could not be taken depends on a step that seemed independent of it.
    if (this.#distrusting || (!contradiction && !this.#strayed)) return undefined;
    this.#distrusting = true;
    this.#review();
    return 'contradiction';
  }

  /** Whether the trace contradicts conclusions from earlier ones. */
  #add(observed: Trace): boolean {
    const trace = this.#distrusting ? allDependent(observed) : observed;
    const { reversals, contradiction } = this.#unfolding.add(trace);
    for (const beginning of reversals) this.#plan(beginning);
    return this.#inVain(trace) || contradiction;
  }

  /**
   * A step that only waits for a lock does not come before the step that releases the lock. If it came before none of the
   * steps that may have taken the lock either, the step that took it is unknown.
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

  /** Starts again: conclusions from fewer dependencies no longer hold. */
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

  /** Whether every class of schedules has been run. */
  get exhausted(): boolean {
    return this.#started && !this.#frontier.isIncomplete && this.#frontier.planned === 0;
  }

  /** Classes of equivalent schedules that were run. */
  get classes(): number {
    return this.#unfolding.size;
  }

  /** Beginnings still to be run; their traces may add more. */
  get planned(): number {
    return this.#frontier.planned;
  }

  /** Whether an observation has contradicted the dependencies; from then on every step depends on every other. */
  get distrusting(): boolean {
    return this.#distrusting;
  }
}

/** The same steps, each depending on every other. */
function allDependent({ steps, renewed }: Trace): Trace {
  return { steps, renewed, dependent: () => true, instead: (first) => [first] };
}

/** The place of a session's n-th step; behind all steps if there is none. */
function placeOf({ steps }: Trace, session: number, nth: number): number {
  let count = 0;
  const place = steps.findIndex((step) => step.session === session && (count += 1) === nth);
  return place < 0 ? steps.length : place;
}
