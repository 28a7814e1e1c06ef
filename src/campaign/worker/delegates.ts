/** The delegates of a worker: it has its parent pass jobs on to executors, and gets their answers back. */
import type { Lead, LeadExecutor, LeadsRun } from '../../search/leads.ts';
import type { LeadsJob } from '../job.ts';
import { answerOf } from './outcome.ts';
import type { FromWorker, JobOutcome } from './messages.ts';

export class Delegates {
  readonly #send: (message: FromWorker) => void;
  readonly #waiting = new Map<number, (outcome: JobOutcome) => void>();
  #last = 0;

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  /** As many executors as the parent has. */
  leadExecutors(count: number, job: (leads: readonly Lead[]) => LeadsJob): readonly LeadExecutor[] {
    return Array.from({ length: count }, (_, place) => ({
      run: async (leads) => answerOf(await this.#ask(place, job(leads))) as LeadsRun,
    }));
  }

  hear(number: number, outcome: JobOutcome): void {
    this.#waiting.get(number)?.(outcome);
    this.#waiting.delete(number);
  }

  #ask(place: number, job: LeadsJob): Promise<JobOutcome> {
    const number = (this.#last += 1);
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#send({ kind: 'delegate', number, place, job });
    });
  }
}
