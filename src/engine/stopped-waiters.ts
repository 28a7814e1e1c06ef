/**
 * One step may wake several waiters, which would then race each other: their backends are stopped, and go on one after
 * another, in the order in which they began to wait.
 */
import type { Stillness } from '../driver/contract.ts';
import type { InFlight } from './in-flight.ts';

export class StoppedWaiters {
  readonly #stillness: Stillness | undefined;
  /** In the order in which they go on. */
  #stopped: InFlight[] = [];

  constructor(stillness: Stillness | undefined) {
    this.#stillness = stillness;
  }

  get any(): boolean {
    return this.#stopped.length > 0;
  }

  /** Called with all waiters before a step is sent. A single one has nobody to race with. */
  stop(waiters: readonly InFlight[]): void {
    if (this.#stillness === undefined || waiters.length < 2) return;
    this.#stopped = waiters.toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0));
    for (const entry of this.#stopped) entry.stop();
    this.#stillness.stop(this.#stopped.map((entry) => entry.statement.client.pid));
  }

  resumeNext(): void {
    const next = this.#stopped.shift();
    if (next === undefined) return;
    next.resume();
    this.#stillness?.resume([next.statement.client.pid]);
  }

  resumeAll(): void {
    while (this.any) this.resumeNext();
  }
}
