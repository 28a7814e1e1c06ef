/** The worker processes of one campaign: made when they are needed, replaced when one is gone. */
import type { Writable } from 'node:stream';
import type { Progress } from '../../check/options.ts';
import type { Executor } from '../executor.ts';
import type { Request, RequestAnswers } from './messages.ts';
import { Worker, type Delegate } from './worker.ts';

export interface CrewOptions {
  /** How long a worker may be silent while it works, in milliseconds. */
  readonly stallMs: number;
  /** The environment of the workers. */
  readonly env: NodeJS.ProcessEnv;
  /** Takes the output of the code under test; a stream with a file descriptor. */
  readonly output: Writable;
}

export class Crew {
  readonly #workers = new Map<number, Worker>();
  readonly #options: CrewOptions;
  /** How long a worker may be silent while it works, in milliseconds: a configuration file may change it. */
  stallMs: number;
  #stopping = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    this.stallMs = options.stallMs;
  }

  /** Asks the worker with this number; workers with different numbers work side by side. */
  ask<R extends Request>(
    request: R,
    onProgress?: (progress: Progress) => void,
    number: number = 0,
    delegate?: Delegate,
  ): Promise<RequestAnswers[R['kind']]> {
    const worker = this.worker(number);
    if (worker === undefined) return Promise.reject(new Error('the campaign is ending'));
    return worker.ask(request, onProgress, delegate);
  }

  /** The worker with this number, or a new one in its place; undefined if there are to be no new ones. */
  worker(number: number): Worker | undefined {
    let worker = this.#workers.get(number);
    if (worker === undefined || worker.gone) {
      if (this.#stopping) return undefined;
      worker = new Worker({ ...this.#options, stallMs: () => this.stallMs });
      this.#workers.set(number, worker);
    }
    return worker;
  }

  /**
   * Executors with different numbers work side by side; each is a worker process.
   *
   * @param among what it has others do, they do
   */
  executor(number: number, among: readonly Executor[] = []): Executor {
    const delegate: Delegate = (place, job) =>
      among[place]?.run(job) ?? Promise.reject(new Error('there is no such executor'));
    return {
      run: (job, onProgress) => this.ask(job, onProgress, number, delegate),
      renew: () => this.#retire(number),
    };
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

  /** A worker that failed may be in any state: the next request gets a new one. Its databases are dropped first. */
  async #retire(number: number): Promise<void> {
    const worker = this.#workers.get(number);
    if (worker === undefined) return;
    if (!worker.gone) await worker.stop();
    if (this.#workers.get(number) === worker) this.#workers.delete(number);
  }
}
