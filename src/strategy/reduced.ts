/**
 * One schedule of each class of equivalent ones, few preemptions first: dynamic partial-order reduction. As in optimal
 * DPOR (Abdulla, Aronis, Jonsson and Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014), every race of every
 * execution is run in the opposite order, after all steps that do not depend on its first one. Unlike there, the traces
 * that were run are kept as sets of events, in place of sleep sets and wake-up trees along a depth-first search: a
 * beginning that some trace covers is not run. So no trace is run twice, and the search may go in any order.
 */
import type { ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { Following, type Lead, type LeadEnd } from './following.ts';
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

/** An execution that was planned and not learned from. Several may be under way at once. */
export interface PlannedRun {
  readonly lead: Lead;
  /** Undefined for the first one, which has no beginning. */
  readonly beginning: Beginning | undefined;
  /** The races that it should reverse. */
  readonly turning: readonly Race[];
  /** How often all traces had been reviewed. What was concluded before a review may not hold after it. */
  readonly reviews: number;
}

export class Reduced implements Strategy {
  readonly #options: ReducedOptions;
  readonly #maxKept: number;
  #unfolding: Unfolding;
  /** Beginnings to run. */
  readonly #frontier: Frontier<Beginning>;
  /** The races that each planned beginning should reverse, by its key. */
  #races = new Map<string, Race[]>();
  #run: PlannedRun | undefined;
  #following: Following | undefined;
  #underWay = 0;
  #reviews = 0;
  #reviewed: Trace[] = [];
  #started = false;
  #distrusting = false;

  constructor(options: ReducedOptions) {
    this.#options = options;
    this.#maxKept = options.maxKept ?? defaultMaxPlanned;
    this.#frontier = new Frontier(randomFrom(`reduced ${options.seed ?? ''}`), this.#maxKept);
    this.#unfolding = new Unfolding(options.sessions);
  }

  begin(): boolean {
    this.#run = this.next();
    this.#following = this.#run && new Following(this.#run.lead);
    return this.#run !== undefined;
  }

  choose(point: ChoicePoint): number {
    return (this.#following as Following).choose(point);
  }

  learn(trace: Trace): 'contradiction' | undefined {
    const [run, following] = [this.#run, this.#following];
    this.#run = undefined;
    // Others may have begun it: it shows as much, and says nothing of what is planned.
    const found =
      run === undefined || following === undefined
        ? this.#conclude(trace)
        : this.finish(run, trace, following);
    return found === 'contradiction' ? found : undefined;
  }

  /** Begins the next execution, also while others are under way; undefined: there is nothing to run unless they add it. */
  next(): PlannedRun | undefined {
    const first = !this.#started;
    this.#started = true;
    const [beginning, turning] = first ? [undefined, []] : (this.#take() ?? []);
    if (!first && beginning === undefined) return undefined;
    this.#underWay += 1;
    const { order = [], next } = beginning ?? {};
    return { lead: { order, next }, beginning, turning: turning ?? [], reviews: this.#reviews };
  }

  /**
   * Learns from an execution that was begun with {@link next}.
   *
   * @returns `known` if an equivalent one was run before, which only happens if several are under way at once
   */
  finish(
    run: PlannedRun,
    trace: Trace,
    { strayed, passedOver }: LeadEnd,
  ): 'contradiction' | 'known' | undefined {
    this.#underWay -= 1;
    if (passedOver) this.#frontier.leaveOut();
    // Since a review, its steps may depend on each other: it is planned again, if need be.
    return run.reviews === this.#reviews ? this.#conclude(trace, run, strayed) : this.#conclude(trace);
  }

  /**
   * @param run whose conclusions it may contradict
   * @param strayed whether it could not be run as planned
   */
  #conclude(trace: Trace, run?: PlannedRun, strayed: boolean = false): 'contradiction' | 'known' | undefined {
    if (this.#reviewed.length < maxReviewed) this.#reviewed.push(trace);
    let contradiction = false;
    const before = this.classes;
    if (trace.renewed) this.#review();
    else contradiction = this.#add(trace, run);
    const known = !trace.renewed && this.classes === before;
    // A step that could not be taken depends on a step that seemed independent of it.
    if (this.#distrusting || (!contradiction && !strayed)) return known ? 'known' : undefined;
    this.#distrusting = true;
    this.#review();
    return 'contradiction';
  }

  /** Whether the trace contradicts conclusions from earlier ones. */
  #add(observed: Trace, run?: PlannedRun): boolean {
    const trace = this.#distrusting ? allDependent(observed) : observed;
    const { reversals, contradiction } = this.#unfolding.add(trace);
    for (const beginning of reversals) this.#plan(beginning);
    return (run !== undefined && this.#inVain(trace, run)) || contradiction;
  }

  /**
   * A step that only waits for a lock does not come before the step that releases the lock. If it came before none of the
   * steps that may have taken the lock either, the step that took it is unknown.
   */
  #inVain(trace: Trace, { beginning, turning }: PlannedRun): boolean {
    if (turning.length === 0 || beginning === undefined) return false;
    const { order } = beginning;
    const last = order.at(-1) ?? 0;
    const second = placeOf(trace, last, order.filter((session) => session === last).length);
    const covered = this.#unfolding.covers(beginning);
    for (const race of turning) {
      race.open -= 1;
      race.isOver ||= covered || second < placeOf(trace, race.session, race.nth);
    }
    return turning.some((race) => race.open === 0 && !race.isOver);
  }

  /** Starts again: conclusions from fewer dependencies no longer hold. */
  #review(): void {
    this.#unfolding = new Unfolding(this.#options.sessions);
    this.#frontier.clear();
    this.#races.clear();
    this.#reviews += 1;
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

  #take(): readonly [Beginning, readonly Race[]] | undefined {
    for (;;) {
      const beginning = this.#frontier.take()?.entry;
      if (beginning === undefined) return undefined;
      const turning = this.#races.get(beginning.key) ?? [];
      this.#races.delete(beginning.key);
      if (!this.#unfolding.covers(beginning)) return [beginning, turning];
      for (const race of turning) race.isOver = true;
    }
  }

  /** Whether every class of schedules has been run. */
  get exhausted(): boolean {
    return (
      this.#started && this.#underWay === 0 && !this.#frontier.isIncomplete && this.#frontier.planned === 0
    );
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
