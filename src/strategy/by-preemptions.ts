/**
 * Every schedule, in order of the number of preemptions: iterative context bounding (Musuvathi and Qadeer,
 * "Iterative Context Bounding for Systematic Testing", PLDI 2007). Most races need at most two.
 *
 * A schedule is its list of deviations from the default rule, and each list is tried once. An execution that
 * followed a list shows, at every later step, which other sessions could have gone; each of those gives a new
 * list with one deviation more. A deviation costs one preemption if it leaves a session that could have gone on.
 */
import { defaultChoice, isPreemption, type ChoicePoint, type Deviation } from '../core/schedule.ts';
import type { Strategy } from './contract.ts';
import { defaultMaxPlanned, Frontier } from './frontier.ts';
import { randomFrom } from './random.ts';

/** A list of deviations, sharing its beginning with the list that it extends. */
interface DeviationList {
  readonly parent: DeviationList | undefined;
  readonly deviation: Deviation | undefined;
}

const root: DeviationList = { parent: undefined, deviation: undefined };

export interface ByPreemptionsOptions {
  /** Schedules with more preemptions are not tried. Default: no bound. */
  readonly maxPreemptions?: number;
  /** The most planned schedules that are kept; others are dropped, and then nothing is exhaustive. Default 200,000. */
  readonly maxPlanned?: number;
  /** Decides the order among schedules with equally many preemptions. Default: always the same. */
  readonly seed?: string;
}

export class ByPreemptions implements Strategy {
  readonly #maxPreemptions: number;
  readonly #frontier: Frontier<DeviationList>;
  /** Preemptions of the current schedule. */
  #preemptions = 0;
  #following: readonly Deviation[] = [];
  #current: DeviationList = root;
  #next = 0;
  #runs: number[] = [];
  #truncated = false;

  constructor(options: ByPreemptionsOptions = {}) {
    this.#maxPreemptions = options.maxPreemptions ?? Infinity;
    this.#frontier = new Frontier(
      randomFrom(`preemptions ${options.seed ?? ''}`),
      options.maxPlanned ?? defaultMaxPlanned,
    );
    this.#frontier.add(root, 0);
  }

  begin(): boolean {
    if (this.#strayed) this.#frontier.leaveOut();
    const taken = this.#frontier.take();
    if (taken === undefined) return false;
    this.#preemptions = taken.preemptions;
    this.#runs[taken.preemptions] = (this.#runs[taken.preemptions] ?? 0) + 1;
    this.#current = taken.entry;
    this.#following = deviations(taken.entry);
    this.#next = 0;
    return true;
  }

  choose(point: ChoicePoint): number {
    if (point.passedOver !== undefined) this.#frontier.leaveOut();
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

  #plan(point: ChoicePoint, session: number): void {
    const preemptions = this.#preemptions + (isPreemption(point, session) ? 1 : 0);
    if (preemptions > this.#maxPreemptions) {
      this.#truncated = true;
      return;
    }
    this.#frontier.add({ parent: this.#current, deviation: { step: point.step, session } }, preemptions);
  }

  /**
   * Whether the last execution could not follow all of its deviations, since it did not repeat an earlier one. The planned
   * schedule is then not run, and nothing is planned from the execution that ran instead.
   */
  get #strayed(): boolean {
    return this.#next < this.#following.length;
  }

  /** Whether every schedule has been begun. */
  get exhausted(): boolean {
    const { planned, isIncomplete } = this.#frontier;
    return planned === 0 && !isIncomplete && !this.#strayed && !this.#truncated;
  }

  /** Known schedules still to be run. */
  get planned(): number {
    return this.#frontier.planned;
  }

  /** The number of schedules that were begun, by number of preemptions. */
  get runs(): readonly number[] {
    return Array.from(this.#runs, (count) => count ?? 0);
  }

  /** Whether all schedules with fewer preemptions than `preemptions` were begun. */
  exhaustedBelow(preemptions: number): boolean {
    return !this.#frontier.isIncomplete && !this.#strayed && this.#frontier.isEmptyBelow(preemptions);
  }
}

function deviations(planned: DeviationList): readonly Deviation[] {
  const list: Deviation[] = [];
  for (let node: DeviationList | undefined = planned; node !== undefined; node = node.parent) {
    if (node.deviation !== undefined) list.push(node.deviation);
  }
  return list.reverse();
}
