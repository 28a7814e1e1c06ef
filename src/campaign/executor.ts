/** An executor does one job after another somewhere else: today, in a worker process. A campaign knows no more of it. */
import type { Progress } from '../check/options.ts';
import type { Answers, Job } from './job.ts';

export interface Executor {
  /**
   * Does a job; an executor has one job at a time.
   *
   * @throws Fault of the job itself or of the executor (kind `engine`)
   * @throws StallError if the code under test does not give control back
   */
  run<J extends Job>(job: J, onProgress?: (progress: Progress) => void): Promise<Answers[J['kind']]>;
  /** Gives up its state, which is unknown after a fault: the next job finds a new executor. */
  renew(): Promise<void>;
}

/** The code under test keeps an executor busy and does not give control back. */
export class StallError extends Error {
  override readonly name = 'StallError';
  /** The operation, or the file, that was begun last. */
  readonly last: string;
  readonly stallMs: number;

  constructor(last: string, stallMs: number) {
    super(`${last} was begun last, and has not given control back for ${Math.round(stallMs / 1000)} s`);
    this.last = last;
    this.stallMs = stallMs;
  }
}
