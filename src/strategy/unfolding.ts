/**
 * Executions that differ only in the order of independent steps are one trace (Mazurkiewicz, "Trace Theory", 1987). Here
 * traces are kept as sets of events: an event is a step together with everything that it depends on, as in the unfolding
 * of a Petri net (Rodriguez et al., "Unfolding-based Partial Order Reduction", CONCUR 2015). So it is known, without
 * running a schedule, whether its beginning is part of a trace that was run.
 */
import type { Trace } from './trace.ts';

/** The beginning of an execution still to be run: all steps that do not depend on one step, then another step in its place. */
export interface Beginning {
  /** The session of each step. */
  readonly order: readonly number[];
  /**
   * The session to go on with, if it can: one that waited in a queue ahead of the last step. Otherwise it would not show
   * that the last step is now ahead of it.
   */
  readonly next: number | undefined;
  /** Preemptions that it takes, as far as is known. */
  readonly preemptions: number;
  /** Last event of each session before the last step; -1 if it has none. */
  readonly frontier: readonly number[];
  /** Equal for equal beginnings, whatever the order of independent steps. */
  readonly key: string;
  readonly race: Race;
}

/**
 * Two steps to be run in the opposite order. Several beginnings may be planned for it, if it is not certain which of them
 * succeeds.
 */
export interface Race {
  /** The step that came first, as the n-th step of its session. */
  readonly session: number;
  readonly nth: number;
  /** Beginnings that have not been run. */
  open: number;
  /** The steps were seen in the opposite order, or cannot be. */
  isOver: boolean;
}

interface Event {
  readonly session: number;
  /** The number of events of each session that it depends on, including itself. */
  readonly clock: Uint16Array;
  readonly fingerprint: string;
  /** Numbers of the traces that hold it. */
  readonly traces: number[];
}

/** A maximal trace: its events by session. */
type KnownTrace = readonly (readonly number[])[];

export interface TraceAddition {
  /** False if the trace was known, so that the execution was redundant. */
  readonly isNew: boolean;
  /** Races of the trace, each in the opposite order. */
  readonly reversals: readonly Beginning[];
  /** A known event gave another answer than before: some step that it depends on is missing. */
  readonly contradiction: boolean;
}

export class Unfolding {
  readonly #sessions: number;
  readonly #events: Event[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #traces: KnownTrace[] = [];
  readonly #ends = new Set<string>();
  readonly #covered = new Set<string>();

  constructor(sessions: number) {
    this.#sessions = sessions;
  }

  /** The number of traces that were run: classes of equivalent schedules. */
  get size(): number {
    return this.#traces.length;
  }

  add(trace: Trace): TraceAddition {
    const walk = this.#eventsOf(trace);
    const bySession: number[][] = Array.from({ length: this.#sessions }, () => []);
    trace.steps.forEach(({ session }, step) => bySession[session]?.push(walk.events[step] ?? -1));
    const end = bySession.map((events) => events.at(-1) ?? -1).join();
    const isNew = !this.#ends.has(end);
    if (isNew) {
      this.#ends.add(end);
      for (const event of walk.events) this.#events[event]?.traces.push(this.#traces.length);
      this.#traces.push(bySession);
    }
    const reversals = isNew
      ? walk.races.map(([first, second, race]) => this.#reverse(trace, walk.events, first, second, race))
      : [];
    return { isNew, reversals, contradiction: walk.contradiction };
  }

  /** Whether a trace that was run has this beginning. */
  covers({ frontier, key, order }: Beginning): boolean {
    if (this.#covered.has(key)) return true;
    const session = order.at(-1) ?? 0;
    let candidates: readonly number[] | undefined;
    for (const event of frontier) {
      const traces = this.#events[event]?.traces;
      if (traces !== undefined && (candidates === undefined || traces.length < candidates.length))
        candidates = traces;
    }
    const counts = frontier.map((event, owner) => this.#events[event]?.clock[owner] ?? 0);
    const fits = (number: number): boolean => {
      const known = this.#traces[number];
      if (known === undefined) return false;
      for (let owner = 0; owner < counts.length; owner += 1) {
        const count = counts[owner] ?? 0;
        if (count > 0 && known[owner]?.[count - 1] !== frontier[owner]) return false;
      }
      const next = this.#events[known[session]?.[counts[session] ?? 0] ?? -1];
      return (
        next !== undefined &&
        next.clock.every((count, owner) => owner === session || count <= (counts[owner] ?? 0))
      );
    };
    const covered =
      candidates === undefined ? this.#traces.some((_, number) => fits(number)) : candidates.some(fits);
    if (covered) this.#covered.add(key);
    return covered;
  }

  #eventsOf(trace: Trace): {
    readonly events: readonly number[];
    readonly races: readonly (readonly [first: number, second: number, race: Race])[];
    readonly contradiction: boolean;
  } {
    const { steps } = trace;
    const events: number[] = [];
    const clocks: Uint16Array[] = [];
    const races: (readonly [number, number, Race])[] = [];
    const bySession: number[][] = Array.from({ length: this.#sessions }, () => []);
    /** By session: the steps that let its statements end, and so come before its next step. */
    const freedBy: number[][] = Array.from({ length: this.#sessions }, () => []);
    let contradiction = false;
    steps.forEach((step, second) => {
      const { session } = step;
      const own = bySession[session] ?? [];
      const clock = new Uint16Array(this.#sessions);
      const after = (first: number): void =>
        clocks[first]?.forEach((count, owner) => (clock[owner] = Math.max(clock[owner] ?? 0, count)));
      const previous = own.at(-1);
      if (previous !== undefined) after(previous);
      for (const freeing of freedBy[session] ?? []) after(freeing);
      // The steps that the session must follow, whatever the others do.
      const ownPast = clock.slice();
      const follows = (first: number): boolean => {
        const owner = steps[first]?.session ?? 0;
        return (ownPast[owner] ?? 0) >= (clocks[first]?.[owner] ?? 0);
      };
      for (let first = second - 1; first >= 0; first -= 1) {
        const other = steps[first];
        if (other === undefined || other.session === session) continue;
        if ((clock[other.session] ?? 0) >= (clocks[first]?.[other.session] ?? 0)) continue;
        if (!step.ends.includes(first) && !trace.dependent(first, second)) continue;
        after(first);
        const places = trace.instead(first, second);
        const open = places.filter((place) => !follows(place));
        const nth = clocks[first]?.[other.session] ?? 0;
        const race = { session: other.session, nth, open: open.length, isOver: open.length < places.length };
        for (const place of open) races.push([place, second, race]);
      }
      clock[session] = own.length + 1;
      clocks.push(clock);
      own.push(second);
      for (const ended of step.ends) freedBy[steps[ended]?.session ?? -1]?.push(second);

      const past = Array.from(clock, (count, owner) => {
        const last = bySession[owner]?.[owner === session ? count - 2 : count - 1];
        return last === undefined ? -1 : (events[last] ?? -1);
      });
      const key = `${session} ${past.join()}`;
      let event = this.#numbers.get(key);
      if (event === undefined) {
        event = this.#events.length;
        this.#numbers.set(key, event);
        this.#events.push({ session, clock, fingerprint: step.fingerprint, traces: [] });
      } else if (this.#events[event]?.fingerprint !== step.fingerprint) contradiction = true;
      events.push(event);
    });
    return { events, races, contradiction };
  }

  /** All steps of the trace that do not depend on `first`, and then the next step of `second`'s session. */
  #reverse(trace: Trace, events: readonly number[], first: number, second: number, race: Race): Beginning {
    const { steps } = trace;
    const owner = steps[first]?.session ?? 0;
    const session = steps[second]?.session ?? 0;
    const limit = this.#events[events[first] ?? -1]?.clock[owner] ?? 0;
    const kept: number[][] = Array.from({ length: this.#sessions }, () => []);
    steps.forEach((step, number) => {
      const count = this.#events[events[number] ?? -1]?.clock[owner] ?? 0;
      if (count < limit) kept[step.session]?.push(number);
    });
    const frontier = kept.map((numbers) => events[numbers.at(-1) ?? -1] ?? -1);
    const totals = Array.from({ length: this.#sessions }, (_, each) =>
      steps.reduce((count, step) => count + (step.session === each ? 1 : 0), 0),
    );
    const { order, preemptions } = this.#inOrder(trace, events, kept, totals, session);
    const next = steps[first]?.waits === true ? owner : undefined;
    return { order, next, preemptions, frontier, key: `${session} ${frontier.join()}`, race };
  }

  /** The kept steps, in an order that stays with each session as long as it can, and then `last`. */
  #inOrder(
    { steps }: Trace,
    events: readonly number[],
    kept: readonly (readonly number[])[],
    totals: readonly number[],
    last: number,
  ): { readonly order: readonly number[]; readonly preemptions: number } {
    const done = kept.map(() => 0);
    const order: number[] = [];
    let preemptions = 0;
    let current: number | undefined;
    let waits = false;
    const go = (session: number): void => {
      if (
        current !== undefined &&
        session !== current &&
        !waits &&
        (done[current] ?? 0) < (totals[current] ?? 0)
      )
        preemptions += 1;
      waits = steps[kept[session]?.[done[session] ?? 0] ?? -1]?.waits ?? false;
      order.push(session);
      done[session] = (done[session] ?? 0) + 1;
      current = session;
    };
    const ready = (session: number): boolean => {
      const next = kept[session]?.[done[session] ?? 0];
      const clock = next === undefined ? undefined : this.#events[events[next] ?? -1]?.clock;
      return (
        clock !== undefined && clock.every((count, owner) => owner === session || count <= (done[owner] ?? 0))
      );
    };
    for (;;) {
      const next: number | undefined =
        current !== undefined && ready(current) ? current : kept.findIndex((_, session) => ready(session));
      if (next < 0) break;
      go(next);
    }
    go(last);
    return { order, preemptions };
  }
}
