/**
 * The timers of a session. Code that looks again and again whether something has come (`while (locked) await sleep(10)`), or
 * keeps an interval (a heartbeat), has a timer under way at every moment, and yet waits for another session. So a long row of
 * timers during which nothing else happens makes the session one that waits in the process; when something happens, it gets
 * a few ticks to notice that. What decides is counted, never measured: its timers are held, and fire when it is its turn.
 */

/** So many timers one after another are no pause any more, */
const mostInARow = 20;
/** nor is a row of so many milliseconds. A timer as long as that is a deadline that guards something. */
const deadlineMs = 1_000;
/** What code gets to notice something, once it is known to look again and again. */
const mostOfLooking = 3;
/** Work that yields to the event loop does so far more often than code sleeps. */
const counts: Readonly<Record<string, number>> = { Timeout: 1, Immediate: 1 / 50 };

/** How timers run: in their own time, not at all, or in a tenth of it, so that the order of two stays. */
type Pace = 'free' | 'held' | 'quick';

const heldMs = 24 * 60 * 60 * 1_000;

/** What Node tells of one; `_idleTimeout` is how long it is, `_idleStart` when it was armed. */
type Timer = Record<string, unknown>;

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
  /** An interval that has not fired since something happened: when it was armed. */
  armed: unknown;
  pace: Pace;
}

/** Operations that are known to look again and again, by name. It saves their first long row in later executions. */
export type Lookers = Set<string>;

export class Ticks {
  readonly #lookers: Lookers;
  readonly #operation: () => string;
  readonly #pending = new Map<Timer, Pending>();
  /** The longest row of timers that have fired since something happened. */
  #fired = noRow;
  #quick = false;

  /** @param operation gives the name of the one whose code runs */
  constructor(lookers: Lookers, operation: () => string) {
    this.#lookers = lookers;
    this.#operation = operation;
  }

  /** Whether the operation is known to look again and again. */
  get looks(): boolean {
    return this.#lookers.has(this.#operation());
  }

  /** A resource of Node's was made: a timer, which is not armed yet, or something else. */
  made(type: string, timer: Timer): void {
    const count = counts[type];
    if (count === undefined) return;
    this.#look();
    const after = timer['_idleTimeout'];
    const alone = { count, ms: typeof after === 'number' ? after : 0 };
    const pace = this.#quick ? 'quick' : 'free';
    this.#pending.set(timer, { alone, row: sum(this.#fired, alone), armed: undefined, pace });
    if (this.#quick && mayBePaced(timer, alone)) timer['_idleTimeout'] = quickly(alone);
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

  /**
   * Whether others need not wait for this resource: a timer that is a deadline, or one of a row that goes on, as it seems,
   * until another session does something. A row that is long enough makes the operation one that is known to look.
   */
  isLater(timer: Timer): boolean {
    const pending = this.#pending.get(timer);
    if (pending === undefined) return false;
    if (pending.alone.ms >= deadlineMs) return true;
    const { count, ms } = pending.row;
    const fired = isInterval(timer) && hasFired(timer, pending);
    if (fired || count > mostInARow || ms >= deadlineMs) this.#lookers.add(this.#operation());
    return fired || (this.looks && count > mostOfLooking);
  }

  /** Sets the pace of the timers that are under way, and of those that they make. Deadlines keep theirs. */
  pace(pace: Pace): void {
    this.#look();
    this.#quick = pace === 'quick';
    for (const [timer, pending] of this.#pending) {
      const { alone } = pending;
      if (pending.pace === pace || !mayBePaced(timer, alone)) continue;
      const fired = hasFired(timer, pending);
      pending.pace = pace;
      timer['_idleTimeout'] = { free: alone.ms, held: heldMs, quick: quickly(alone) }[pace];
      timer.refresh();
      if (!fired) pending.armed = timer['_idleStart'];
    }
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

function quickly({ ms }: Row): number {
  return Math.max(1, ms / 10);
}

function mayBePaced(timer: Timer, { ms }: Row): timer is Timer & { refresh(): void } {
  return ms < deadlineMs && typeof timer['refresh'] === 'function';
}

function isOver(timer: Timer): boolean {
  if (timer['_destroyed'] === true) return true;
  // While the callback of a timeout runs, it is in no list of Node's.
  return '_idleTimeout' in timer && timer['_idleNext'] === null && !isInterval(timer);
}

function isInterval(timer: Timer): boolean {
  return typeof timer['_repeat'] === 'number';
}

/** Whether an interval has fired since something happened. */
function hasFired(timer: Timer, pending: Pending): boolean {
  return (pending.armed ??= timer['_idleStart']) !== timer['_idleStart'];
}
