/**
 * Finds out whether the sessions of a scenario wait for each other in the process: for the last connection of a pool, or for
 * a client that they share. Then it matters which of them asks first, before its first statement.
 */
import type { Scenario } from '../core/scenario.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { DatabaseState } from '../core/state.ts';
import { canonicalText } from '../core/plain.ts';
import type { Model } from '../core/model.ts';
import type { Lane } from '../engine/lane.ts';
import type { Limits } from '../engine/limits.ts';

/** Scenarios that are remembered; with more, they are looked at again. */
const maxKnown = 1_000;

export class Meetings {
  /** By the names of the operations of each session. */
  readonly #known = new Map<string, boolean>();
  readonly #model: Model;
  readonly #lane: Lane;
  readonly #limits: Limits;

  constructor(model: Model, lane: Lane, limits: Limits) {
    this.#model = model;
    this.#lane = lane;
    this.#limits = limits;
  }

  /** Whether they do, as far as somebody looked. */
  of(scenario: Scenario): boolean {
    return this.#known.get(key(scenario)) === true;
  }

  /** Runs one execution in which everybody begins before anybody goes on, if the code opens connections itself. */
  async look(scenario: Scenario, start: DatabaseState): Promise<void> {
    const name = key(scenario);
    if (!this.#lane.handshakes.opensConnections || scenario.sessions.length < 2 || this.#known.has(name))
      return;
    const { waitedInProcess } = await this.#lane.run(start, {
      model: this.#model,
      sessions: scenario.sessions,
      choose: inTurns(),
      limits: this.#limits,
      meetInProcess: true,
    });
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(name, waitedInProcess);
  }
}

function key({ sessions }: Scenario): string {
  return canonicalText(sessions.map((calls) => calls.map(({ operation }) => operation)));
}

/** Each session takes a step, then the next one. */
function inTurns(): (point: ChoicePoint) => number {
  let last = -1;
  return ({ runnable }) => {
    last = runnable.find((session) => session > last) ?? runnable[0] ?? 0;
    return last;
  };
}
