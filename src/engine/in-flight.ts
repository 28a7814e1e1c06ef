/**
 * A statement in flight is a state machine. Before it is sent it is held at the gate, which is no state of this
 * machine.
 *
 *            observed             stop
 *     sent ----------> waiting ---------> stopped
 *          <----------         <---------
 *            observed            resume
 *     any of these -- ended --> replied | lost
 *
 * - `sent`: its reply may come at any time. A statement that waits on a cycle stays here: Postgres breaks the cycle.
 * - `waiting`: observed to wait until another step frees it. The reply of a statement that it waits for can change
 *   this; time cannot.
 * - `stopped`: it waits, and its backend is stopped until the waiters before it have settled. Only the engine changes
 *   this.
 * - `replied`: its reply came. `lost`: its connection broke first, so nobody knows how it would have ended.
 */
import type { Wait } from '../driver/contract.ts';
import type { HeldStatement } from '../driver/gated-client.ts';

export type FlightState =
  | { readonly kind: 'sent' }
  | { readonly kind: 'waiting' | 'stopped'; readonly wait: Wait }
  | { readonly kind: 'replied' | 'lost' };

const sent: FlightState = { kind: 'sent' };

export class InFlight {
  /** The session's number. */
  readonly session: number;
  readonly statement: HeldStatement;
  /** Undefined for a statement that is no step of its own (BEGIN). */
  readonly step: number | undefined;
  /** The backend said that it waits, and has not said that it got the lock. Known before anybody observes the wait. */
  announced = false;
  /** Sessions that block it, as last recorded in the history; undefined if it records no wait. */
  blockers: readonly number[] | undefined;
  /** Fulfilled when its reply was handed over, or its connection broke. */
  reply: Promise<unknown> = Promise.resolve();
  #state: FlightState = sent;

  /** The statement is sent now. */
  constructor(session: number, statement: HeldStatement, step: number | undefined) {
    this.session = session;
    this.statement = statement;
    this.step = step;
  }

  get state(): FlightState['kind'] {
    return this.#state.kind;
  }

  /** Only another step can free it. */
  get isWaiting(): boolean {
    return this.#wait !== undefined;
  }

  get isStopped(): boolean {
    return this.#state.kind === 'stopped';
  }

  /** Its deadlock check, which announces its wait, has not run. */
  get checkIsDue(): boolean {
    return this.#state.kind === 'waiting' && this.#state.wait.isChecked && !this.announced;
  }

  /** @param pid of a backend, or what Postgres reports in its place */
  waitsFor(pid: number): boolean {
    return this.#wait?.blockedBy.includes(pid) === true;
  }

  get #wait(): Wait | undefined {
    return 'wait' in this.#state ? this.#state.wait : undefined;
  }

  /**
   * The database was asked who waits.
   *
   * @param wait undefined if it can go on, or be brought down, by itself
   */
  observed(wait: Wait | undefined): void {
    if (this.#state.kind !== 'sent' && this.#state.kind !== 'waiting') return;
    this.#state = wait === undefined ? sent : { kind: 'waiting', wait };
  }

  stop(): void {
    if (this.#state.kind === 'waiting') this.#state = { kind: 'stopped', wait: this.#state.wait };
  }

  resume(): void {
    if (this.#state.kind === 'stopped') this.#state = { kind: 'waiting', wait: this.#state.wait };
  }

  /** @param lost whether its connection broke before the reply */
  ended(lost: boolean): void {
    if (this.#state.kind === 'replied' || this.#state.kind === 'lost') return;
    this.#state = { kind: lost ? 'lost' : 'replied' };
  }
}
