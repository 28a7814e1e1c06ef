/** The workers of one command: made when they are needed, replaced when one is gone. */
import type { Progress } from '../../check/options.ts';
import type { RequestKind, Requests } from './messages.ts';
import { Worker } from './worker.ts';

export class Crew {
  readonly #workers = new Map<number, Worker>();
  /** How long a worker may be silent while it works, in milliseconds. */
  stallMs: number;
  #stopping = false;

  constructor(stallMs: number) {
    this.stallMs = stallMs;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Asks the worker with this number; workers with different numbers work side by side. */
  ask<K extends RequestKind>(
    kind: K,
    ask: Requests[K]['ask'],
    onProgress?: (progress: Progress) => void,
    number: number = 0,
  ): Promise<Requests[K]['answer']> {
    let worker = this.#workers.get(number);
    if (worker === undefined || worker.gone) {
      if (this.#stopping) return Promise.reject(new Error('the command is ending'));
      worker = new Worker(() => this.stallMs);
      this.#workers.set(number, worker);
    }
    return worker.ask(kind, ask, onProgress);
  }

  /** A worker that failed may be in any state: the next request gets a new one. Its databases are dropped first. */
  async retire(number: number = 0): Promise<void> {
    const worker = this.#workers.get(number);
    if (worker === undefined) return;
    if (!worker.gone) await worker.stop();
    if (this.#workers.get(number) === worker) this.#workers.delete(number);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      [...this.#workers.values()].filter((worker) => !worker.gone).map((worker) => worker.stop()),
    );
  }

  kill(): void {
    for (const worker of this.#workers.values()) worker.kill();
  }
}
