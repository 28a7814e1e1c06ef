/**
 * Every schedule, in order of the number of preemptions: iterative context bounding (Musuvathi and Qadeer,
 * "Iterative Context Bounding for Systematic Testing", PLDI 2007). Most races need at most two.
 *
 * A schedule is its list of deviations from the default rule, and each list is tried once: an execution that
 * followed a list shows, at every later step, which other sessions could have gone; each of those is a new list
 * with one deviation more. A deviation that leaves a session which could have gone on costs one preemption.
 */
import { defaultChoice, isPreemption, type ChoicePoint, type Deviation } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { integerBelow, randomFrom, type Random } from './random.ts';

/** A list of deviations, sharing its beginning with the list it extends. */
interface Planned {
  readonly parent: Planned | undefined;
  readonly deviation: Deviation | undefined;
}

export interface ByPreemptionsOptions {
  /** Schedules with more preemptions are not tried. Default: no bound. */
  readonly maxPreemptions?: number;
  /** At most so many planned schedules are kept; what does not fit is dropped, and then nothing is exhaustive. */
  readonly maxPlanned?: number;
  /** Decides the order among schedules with equally many preemptions. Default: always the same. */
  readonly seed?: string;
}

export class ByPreemptions implements Strategy {
  readonly #maxPreemptions: number;
  readonly #maxPlanned: number;
  readonly #random: Random;
  /** Planned schedules by their number of preemptions. */
  readonly #planned: Planned[][] = [[{ parent: undefined, deviation: undefined }]];
  #count = 1;
  #bound = 0;
  #following: readonly Deviation[] = [];
  #current: Planned = { parent: undefined, deviation: undefined };
  #next = 0;
  #runs: number[] = [];
  #dropped = false;
  #truncated = false;

  constructor(options: ByPreemptionsOptions = {}) {
    this.#maxPreemptions = options.maxPreemptions ?? Infinity;
    this.#maxPlanned = options.maxPlanned ?? 200_000;
    this.#random = randomFrom(`preemptions ${options.seed ?? ''}`);
  }

  begin(): boolean {
    if (this.#strayed) this.#dropped = true;
    while (this.#bound < this.#planned.length && (this.#planned[this.#bound]?.length ?? 0) === 0)
      this.#bound += 1;
    const planned = this.#take(this.#planned[this.#bound]);
    if (planned === undefined) return false;
    this.#count -= 1;
    this.#runs[this.#bound] = (this.#runs[this.#bound] ?? 0) + 1;
    this.#current = planned;
    this.#following = deviations(planned);
    this.#next = 0;
    return true;
  }

  choose(point: ChoicePoint): number {
    if (point.passedOver !== undefined) this.#dropped = true;
    const deviation = this.#following[this.#next];
    if (deviation !== undefined) {
      if (deviation.step !== point.step || !point.runnable.includes(deviation.session))
        return defaultChoice(point);
      this.#next += 1;
      return deviation.session;
    }
    const chosen = defaultChoice(point);
    for (const session of point.runnable.toReversed()) {
      if (session !== chosen) this.#plan(point, session);
    }
    return chosen;
  }

  /** Any of them: neighbours in the list differ little, and what one misses the next one misses, too. */
  #take(list: Planned[] | undefined): Planned | undefined {
    if (list === undefined || list.length === 0) return undefined;
    const index = integerBelow(this.#random, list.length);
    const taken = list[index];
    const last = list.pop();
    if (last !== undefined && index < list.length) list[index] = last;
    return taken;
  }

  #plan(point: ChoicePoint, session: number): void {
    const cost = this.#bound + (isPreemption(point, session) ? 1 : 0);
    if (cost > this.#maxPreemptions) {
      this.#truncated = true;
      return;
    }
    if (this.#count >= this.#maxPlanned) {
      this.#dropped = true;
      return;
    }
    while (this.#planned.length <= cost) this.#planned.push([]);
    this.#planned[cost]?.push({ parent: this.#current, deviation: { step: point.step, session } });
    this.#count += 1;
  }

  /**
   * Whether the last execution could not follow all of its deviations: it did not repeat what an earlier one did. What
   * was planned there is not run, and nothing is planned from where it went instead.
   */
  get #strayed(): boolean {
    return this.#next < this.#following.length;
  }

  /** Whether every schedule there is has been begun. */
  get exhausted(): boolean {
    return this.#count === 0 && !this.#strayed && !this.#dropped && !this.#truncated;
  }

  /** Schedules that are known to be left. */
  get planned(): number {
    return this.#count;
  }

  /** How many schedules were begun, by number of preemptions. */
  get runs(): readonly number[] {
    return Array.from(this.#runs, (count) => count ?? 0);
  }

  /** Whether all schedules with fewer preemptions than `preemptions` were begun. */
  exhaustedBelow(preemptions: number): boolean {
    if (this.#dropped || this.#strayed) return false;
    return this.#planned.slice(0, preemptions).every((list) => list.length === 0);
  }
}

function deviations(planned: Planned): readonly Deviation[] {
  const list: Deviation[] = [];
  for (let node: Planned | undefined = planned; node !== undefined; node = node.parent) {
    if (node.deviation !== undefined) list.push(node.deviation);
  }
  return list.reverse();
}
