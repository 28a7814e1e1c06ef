/**
 * Decides when the database is asked who waits, during one execution: at once for a statement that waited when the same
 * had been done before it. What is concluded is what the database says.
 */
import type { InFlight } from './in-flight.ts';
import type { WaitMemory } from './wait-memory.ts';

/** A look may be quicker than the statement: then it is taken again. */
const mostLooksAtOnce = 3;

export class WaitForecast {
  readonly #memory: WaitMemory;
  /** By session: steps of the transaction that is open, by their texts: what it may have locked. */
  readonly #trails: string[] = [];
  /** What a statement is and what others had done before it was sent. */
  readonly #situations = new WeakMap<InFlight, string>();
  /** The statement sent last waited before in the same situation: looks at once that are left. */
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
    // A session that is alone with its transaction waits for nobody.
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
    // A connection that broke shows nothing of what its statement would have waited for.
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
