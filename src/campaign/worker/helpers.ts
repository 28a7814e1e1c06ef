/**
 * The helpers of a worker: processes of their own that search scenarios of its check, each on a server or in a database of
 * its own. Scenarios have nothing to do with each other, and so share neither a thread nor the state of a module.
 */
import type { Exploration } from '../../search/explore.ts';
import type { ExecutorAccount, OpenHelper, ScenarioExecutor, Stint } from '../../search/scenario-executor.ts';
import type { CheckJob } from '../job.ts';
import { Crew, type CrewOptions } from './crew.ts';
import type { Worker } from './worker.ts';

/** Between two looks whether a search is still wanted: about as long as some schedules take. */
const cancelEveryMs = 50;

export class Helpers {
  readonly #crew: Crew;
  /** By the helper's number: over when what it did last is given back. */
  readonly #last: Promise<void>[] = [];

  constructor(options: CrewOptions) {
    this.#crew = new Crew(options);
  }

  /**
   * Helpers for one check. A process that helped before helps again.
   *
   * @param stallMs how long a helper may be silent while it works, in milliseconds
   */
  for(job: CheckJob, stallMs: number): readonly OpenHelper[] {
    this.#crew.stallMs = stallMs;
    return Array.from({ length: job.helpers ?? 0 }, (_, number): OpenHelper => async (seed) => {
      const before = this.#last[number];
      let done = (): void => {};
      this.#last[number] = new Promise((resolve) => (done = resolve));
      await before;
      try {
        const worker = this.#crew.worker(number);
        if (worker === undefined) throw new Error('the worker is leaving');
        await worker.ask({ kind: 'help', job: { ...job, options: { ...job.options, seed } } });
        return new Helper(worker, done);
      } catch (error) {
        done();
        throw error;
      }
    });
  }

  async stop(): Promise<void> {
    await this.#crew.stop();
  }
}

class Helper implements ScenarioExecutor {
  readonly #worker: Worker;
  readonly #done: () => void;
  account: ExecutorAccount = { learned: 0, remarks: [], made: [] };

  constructor(worker: Worker, done: () => void) {
    this.#worker = worker;
    this.#done = done;
  }

  async explore(stint: Stint, cancelled: () => boolean): Promise<Exploration> {
    const looking = setInterval(() => {
      if (cancelled()) this.#worker.cancel();
    }, cancelEveryMs);
    try {
      const { exploration, account } = await this.#worker.ask({ kind: 'explore', stint });
      this.account = account;
      return exploration;
    } finally {
      clearInterval(looking);
    }
  }

  async close(): Promise<void> {
    try {
      if (!this.#worker.gone) await this.#worker.ask({ kind: 'dismiss' });
    } finally {
      this.#done();
    }
  }
}
