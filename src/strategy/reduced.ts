/**
 * One schedule of each class of equivalent ones, few preemptions first: dynamic partial-order reduction. As in optimal
 * DPOR (Abdulla, Aronis, Jonsson and Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014), every race of every
 * execution is run the other way round, after all that does not follow its first step. Unlike there, what was run is
 * kept as a set of events instead of sleep sets and wake-up trees along a depth-first search: a beginning that some
 * trace covers is not run, so no trace is run twice, and the order of the search is free.
 */
import { defaultChoice, type ChoicePoint } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { integerBelow, randomFrom, type Random } from './random.ts';
import type { Trace } from './trace.ts';
import { Unfolding, type Beginning } from './unfolding.ts';

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
  readonly #random: Random;
  #unfolding: Unfolding;
  /** Beginnings to be run, by their number of preemptions. */
  #planned: Beginning[][] = [];
  #plannedKeys = new Set<string>();
  #following: Pick<Beginning, 'order' | 'next'> = { order: [], next: undefined };
  #reviewed: Trace[] = [];
  #started = false;
  #strayed = false;
  #dropped = false;
  #distrusting = false;

  constructor(options: ReducedOptions) {
    this.#options = options;
    this.#maxKept = options.maxKept ?? 200_000;
    this.#random = randomFrom(`reduced ${options.seed ?? ''}`);
    this.#unfolding = new Unfolding(options.sessions);
  }

  begin(): boolean {
    this.#strayed = false;
    if (!this.#started) {
      this.#started = true;
      return true;
    }
    const next = this.#take();
    if (next === undefined) return false;
    this.#following = next;
    return true;
  }

  choose(point: ChoicePoint): number {
    const { order, next } = this.#following;
    const wanted = order[point.step];
    if (wanted === undefined) {
      const goesOn = next !== undefined && point.step === order.length && point.runnable.includes(next);
      return goesOn ? next : defaultChoice(point);
    }
    if (point.runnable.includes(wanted)) return wanted;
    this.#strayed = true;
    return defaultChoice(point);
  }

  /** To be called after each execution, with what was observed of it. */
  learn(trace: Trace): void {
    if (this.#reviewed.length < maxReviewed) this.#reviewed.push(trace);
    let contradiction = false;
    if (trace.renewed) this.#review();
    else contradiction = this.#add(trace);
    // A step that could not be taken depends on one that it was taken to be independent of.
    if (this.#distrusting || (!contradiction && !this.#strayed)) return;
    this.#distrusting = true;
    trace.distrust();
    this.#review();
  }

  #add(trace: Trace): boolean {
    const { reversals, contradiction } = this.#unfolding.add(trace);
    for (const beginning of reversals) this.#plan(beginning);
    return contradiction;
  }

  /** What was concluded from fewer dependencies does not stand. */
  #review(): void {
    this.#unfolding = new Unfolding(this.#options.sessions);
    this.#planned = [];
    this.#plannedKeys.clear();
    for (const trace of this.#reviewed) this.#add(trace);
  }

  #plan(beginning: Beginning): void {
    if (this.#plannedKeys.has(beginning.key) || this.#unfolding.covers(beginning)) return;
    if (this.#plannedKeys.size >= this.#maxKept || this.#unfolding.size >= this.#maxKept) {
      this.#dropped = true;
      return;
    }
    this.#plannedKeys.add(beginning.key);
    (this.#planned[beginning.preemptions] ??= []).push(beginning);
  }

  #take(): Beginning | undefined {
    for (const list of this.#planned) {
      while (list !== undefined && list.length > 0) {
        const index = integerBelow(this.#random, list.length);
        const taken = list[index];
        const last = list.pop();
        if (last !== undefined && index < list.length) list[index] = last;
        if (taken === undefined) continue;
        this.#plannedKeys.delete(taken.key);
        if (!this.#unfolding.covers(taken)) return taken;
      }
    }
    return undefined;
  }

  /** Whether every class of schedules there is has been run. */
  get exhausted(): boolean {
    return this.#started && !this.#dropped && this.#plannedKeys.size === 0;
  }

  /** Classes of equivalent schedules that were run. */
  get classes(): number {
    return this.#unfolding.size;
  }

  /** Beginnings that are still to be run; more may come of them. */
  get planned(): number {
    return this.#plannedKeys.size;
  }

  /** Whether what was observed contradicted the dependencies, so that every interleaving is run. */
  get distrusting(): boolean {
    return this.#distrusting;
  }
}
