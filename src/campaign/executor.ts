/**
 * An executor does one job after another somewhere else: in a worker process, or on whichever machine takes it from a queue. A
 * campaign knows no more of it.
 */
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
  /** Says when it may have a job. Default: always. */
  readonly turn?: Turn;
}

/** The turn of an executor whose number depends on who is there to do jobs. */
export interface Turn {
  /** Whether it may have a job now. */
  readonly isNow: boolean;
  /**
   * Resolves when it may, or when `over` does.
   *
   * @param over there are no more jobs
   */
  comes(over: Promise<void>): Promise<void>;
}

/** How many of the executors may work at once now. */
export function atOnce(executors: readonly Executor[]): number {
  return executors.filter(({ turn }) => turn?.isNow ?? true).length;
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
