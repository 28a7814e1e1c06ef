/**
 * Decides, during one execution, when to ask the database who waits: at once for a statement that waited before in the
 * same situation. Conclusions come from the database's answer alone.
 */
import type { InFlight } from './in-flight.ts';
import type { WaitMemory } from './wait-memory.ts';

/** A look may come before the statement waits, so it is repeated. */
const mostLooksAtOnce = 3;

export class WaitForecast {
  readonly #memory: WaitMemory;
  /** By session: the texts of its open transaction's steps, which may have taken locks. */
  readonly #trails: string[] = [];
  /** A statement, and what the open transactions of other sessions had done before it. */
  readonly #situations = new WeakMap<InFlight, string>();
  /** Immediate looks that are left for the statement that was sent last. */
  #looksAtOnce = 0;

  constructor(memory: WaitMemory) {
    this.#memory = memory;
  }

  /** @param operation the number of the operation that sends it */
  sent(entry: InFlight, operation: number): void {
    this.#looksAtOnce = 0;
    if (entry.step === undefined) return;
    const { session, statement } = entry;
    let others = '';
    for (const [other, trail] of this.#trails.entries()) {
      if (other !== session && trail !== undefined && trail !== '') others += `\n${other}${trail}`;
    }
    this.#trails[session] = `${this.#trails[session] ?? ''};${statement.text}`;
    // If no other transaction is open, the statement waits for nobody.
    if (others === '') return;
    const situation = `${session}.${operation} ${statement.text}${others}`;
    this.#situations.set(entry, situation);
    if (this.#memory.expects(situation)) this.#looksAtOnce = mostLooksAtOnce;
  }

  waits(entry: InFlight): void {
    this.#learn(entry, true);
  }

  ended(entry: InFlight): void {
    this.#looksAtOnce = 0;
    if (!entry.statement.client.inTransaction) this.#trails[entry.session] = '';
    // A broken connection does not show whether its statement would have waited.
    if (entry.state === 'replied') this.#learn(entry, entry.blockers !== undefined);
  }

  #learn(entry: InFlight, waited: boolean): void {
    const situation = this.#situations.get(entry);
    if (situation !== undefined) this.#memory.learn(situation, waited);
  }

  /** Whether to look now; true only a few times for one statement. */
  takeLook(): boolean {
    if (this.#looksAtOnce === 0) return false;
    this.#looksAtOnce -= 1;
    return true;
  }
}
