/**
 * One step may wake several waiters, which would then race each other: they are held still and let go one after another,
 * in the order in which they began to wait.
 */
import type { Stillness } from '../driver/contract.ts';
import type { InFlight } from './in-flight.ts';

export class HeldWaiters {
  readonly #stillness: Stillness | undefined;
  /** In the order in which they are let go. */
  #held: InFlight[] = [];

  constructor(stillness: Stillness | undefined) {
    this.#stillness = stillness;
  }

  get any(): boolean {
    return this.#held.length > 0;
  }

  /** Called before a step is sent, with all that wait then. One alone has nobody to race with. */
  hold(waiters: readonly InFlight[]): void {
    if (this.#stillness === undefined || waiters.length < 2) return;
    this.#held = waiters.toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0));
    for (const entry of this.#held) entry.stop();
    this.#stillness.hold(this.#held.map((entry) => entry.statement.client.pid));
  }

  letNextGo(): void {
    const next = this.#held.shift();
    if (next === undefined) return;
    next.goOn();
    this.#stillness?.letGo([next.statement.client.pid]);
  }

  letAllGo(): void {
    while (this.any) this.letNextGo();
  }
}
