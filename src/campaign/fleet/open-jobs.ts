/** The jobs of a campaign that have no outcome yet. Each gets one: the first that is read settles it. */
import { randomUUID } from 'node:crypto';
import type { Progress } from '../../check/options.ts';
import { Fault } from '../../core/fault.ts';
import type { Job } from '../job.ts';
import { queueOf } from './campaigns.ts';
import type { QueueConnection } from './connection.ts';
import { envelopeOf, type Envelope, type FinishedEnvelope } from './envelope.ts';
import { schema } from './held-jobs.ts';
import { workersChannel } from './member.ts';
import { answerOf } from '../worker/outcome.ts';
import type { JobOutcome } from '../worker/messages.ts';
import { unpack } from './parcel.ts';

/** After the first, for a job whose workers died or could not do it. */
const attemptsMore = 5;
/** A job waits for a first worker at least that long, however little time it has for itself. */
const leastWaitMs = 10_000;

interface Open {
  readonly envelope: Envelope;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Until when it waits for a worker. */
  readonly until: number;
}

export class OpenJobs {
  readonly #open = new Map<string, Open>();

  /** @returns its id, and its answer */
  add(job: Job, onProgress: Open['onProgress']): { readonly id: string; readonly answer: Promise<unknown> } {
    const id = randomUUID();
    const { timeBudgetMs = Infinity } = job.options as { readonly timeBudgetMs?: number | undefined };
    const until = performance.now() + Math.max(timeBudgetMs, leastWaitMs);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#open.set(id, { envelope: envelopeOf(job), resolve, reject, onProgress, until });
    });
    return { id, answer };
  }

  get ids(): readonly string[] {
    return [...this.#open.keys()];
  }

  progress(id: string, progress: Progress): void {
    this.#open.get(id)?.onProgress?.(progress);
  }

  /** Puts jobs on the queue; those that are there stay as they are. */
  async send(queue: QueueConnection, campaign: number, ids: readonly string[]): Promise<void> {
    const jobs = ids.flatMap((id) => {
      const data = this.#open.get(id)?.envelope;
      return data === undefined ? [] : [{ id, name: queueOf(campaign), data, retryLimit: attemptsMore }];
    });
    if (jobs.length === 0) return;
    await queue.boss.insert(jobs);
    await queue.notify(workersChannel);
  }

  /** Reads the outcomes that have come, and removes their jobs from the queue. */
  async collect(queue: QueueConnection, campaign: number): Promise<void> {
    const name = queueOf(campaign);
    const { rows } = await queue.executeSql(
      `select id, output from ${schema}.job where name = $1 and state in ('completed', 'failed')`,
      [name],
    );
    if (rows.length === 0) return;
    for (const { id, output } of rows as readonly { id: string; output: FinishedEnvelope }[])
      this.#settle(id, output);
    await queue.boss.deleteJob(
      name,
      rows.map(({ id }) => id),
    );
  }

  #settle(id: string, { outcome, worker }: FinishedEnvelope): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    try {
      open?.resolve(answerOf((unpack(outcome) as JobOutcome | undefined) ?? lost, worker));
    } catch (error) {
      open?.reject(error);
    }
  }

  /** Withdraws the jobs that have waited for a worker long enough. */
  async withdrawOverdue(queue: QueueConnection, campaign: number): Promise<void> {
    const overdue = [...this.#open].filter(([, { until }]) => until < performance.now());
    if (overdue.length === 0) return;
    await queue.boss.cancel(
      queueOf(campaign),
      overdue.map(([id]) => id),
    );
    for (const [id, { reject }] of overdue) {
      this.#open.delete(id);
      reject(noWorker());
    }
  }

  /** All of them end in this error. */
  end(error: unknown): void {
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }
}

const lost: JobOutcome = {
  kind: 'fault',
  fault: {
    message: 'no worker could do a job of the campaign',
    code: 'job-lost',
    kind: 'engine',
    detail: `${attemptsMore + 1} workers began it, and died or were stopped`,
    hint: 'does it take more memory than the workers have?',
  },
};

function noWorker(): Fault {
  return new Fault('no worker took a job of the campaign in its time', {
    code: 'no-worker',
    kind: 'engine',
    hint: 'start one, in a checkout of the same code: lockstep worker --queue <url>',
  });
}
