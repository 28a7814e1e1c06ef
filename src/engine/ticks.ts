/**
 * Code that looks again and again whether something has come (`while (locked) await sleep(10)`), or keeps an interval (a
 * heartbeat), has a timer under way at every moment, and yet waits for another session. So a long row of timers during which
 * nothing else happens makes the session one that waits in the process; when something happens, it gets a few ticks to
 * notice that. What decides is counted, never measured.
 */

/** So many timers one after another are no pause any more, */
const mostInARow = 20;
/** nor are timers of so many milliseconds in all: as long as one that is taken for a deadline. */
const longestRowMs = 1_000;
/** What code gets to notice something, once it is known to look again and again. */
const mostOfLooking = 3;
/** Work that yields to the event loop does so far more often than code sleeps. */
const counts: Readonly<Record<string, number>> = { Timeout: 1, Immediate: 1 / 50 };

type Timer = Readonly<Record<string, unknown>>;

/** Timers one after another, each made when the one before had fired. */
interface Row {
  readonly count: number;
  readonly ms: number;
}

const noRow: Row = { count: 0, ms: 0 };

interface Pending {
  /** The timer by itself. */
  readonly alone: Row;
  /** With those before it, since something happened. */
  row: Row;
  /** When an interval was armed as something happened. */
  armed: unknown;
}

/** Operations that are known to look again and again, by name. It saves their first long row in later executions. */
export type Lookers = Set<string>;

/** The timers of one session. */
export class Ticks {
  readonly #lookers: Lookers;
  readonly #operation: () => string;
  readonly #pending = new Map<Timer, Pending>();
  /** The longest row of timers that have fired since something happened. */
  #fired = noRow;

  /** @param operation gives the name of the one whose code runs */
  constructor(lookers: Lookers, operation: () => string) {
    this.#lookers = lookers;
    this.#operation = operation;
  }

  /** A resource of Node's was made: a timer, or something else. */
  made(type: string, timer: Timer): void {
    const count = counts[type];
    if (count === undefined) return;
    this.#look();
    const after = timer['_idleTimeout'];
    const alone = { count, ms: typeof after === 'number' ? after : 0 };
    this.#pending.set(timer, { alone, row: sum(this.#fired, alone), armed: undefined });
  }

  /** Another statement was sent or answered, an operation began or ended: what is waited for may be there now. */
  happened(): void {
    this.#look();
    this.#fired = noRow;
    for (const [timer, pending] of this.#pending) {
      pending.row = pending.alone;
      pending.armed = timer['_idleStart'];
    }
  }

  /** Whether this timer is one of a row that goes on, as it seems, until another session does something. */
  goesOn(timer: Timer): boolean {
    const pending = this.#pending.get(timer);
    if (pending === undefined) return false;
    if (isInterval(timer)) return (pending.armed ??= timer['_idleStart']) !== timer['_idleStart'];
    const { count, ms } = pending.row;
    const operation = this.#operation();
    if (count > mostInARow || ms > longestRowMs) this.#lookers.add(operation);
    return this.#lookers.has(operation) && count > mostOfLooking;
  }

  #look(): void {
    for (const [timer, { row }] of this.#pending) {
      if (!isOver(timer)) continue;
      this.#pending.delete(timer);
      const isCleared = timer['_idleTimeout'] === -1;
      if (!isCleared && row.count > this.#fired.count) this.#fired = row;
    }
  }
}

function sum(some: Row, more: Row): Row {
  return { count: some.count + more.count, ms: some.ms + more.ms };
}

function isOver(timer: Timer): boolean {
  if (timer['_destroyed'] === true) return true;
  // While the callback of a timeout runs, it is in no list of Node's.
  return '_idleTimeout' in timer && timer['_idleNext'] === null && !isInterval(timer);
}

function isInterval(timer: Timer): boolean {
  return typeof timer['_repeat'] === 'number';
}
